/* Before the first paint: light or dark, as chosen or as the device says. */
(function () {
  var chosen = document.cookie.match(/(?:^|; )theme=(light|dark)/);
  var dark = window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", chosen ? chosen[1] : dark ? "dark" : "light");
})();
