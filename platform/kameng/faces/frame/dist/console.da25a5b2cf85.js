/* The console's small behaviours; every page also works without them. */
(function () {
  "use strict";
  var root = document.documentElement;

  function all(selector, scope) {
    return Array.prototype.slice.call((scope || document).querySelectorAll(selector));
  }

  /* Light and dark */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-theme-toggle]");
    if (!button) return;
    var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    document.cookie = "theme=" + next + "; path=/; max-age=31536000; samesite=lax" +
      (location.protocol === "https:" ? "; secure" : "");
  });

  /* A destructive act asks once, in its own words */
  var dialog = document.getElementById("confirm");
  var waiting = null;
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var ask = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (!ask || !dialog || form === waiting) { waiting = null; return; }
    event.preventDefault();
    dialog.querySelector("[data-confirm-text]").textContent = ask;
    dialog.returnValue = "";
    dialog.onclose = function () {
      if (dialog.returnValue !== "yes") return;
      waiting = form;
      form.requestSubmit(event.submitter);
    };
    dialog.showModal();
  });

  /* No double posts: the button rests while the answer is on its way */
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || event.target.method !== "post") return;
    var button = event.submitter || event.target.querySelector("[type=submit]");
    if (!button || event.target.hasAttribute("hx-post")) return;
    window.setTimeout(function () { button.disabled = true; button.classList.add("btn-loading"); }, 0);
  });
  window.addEventListener("pageshow", function () {
    all(".btn-loading").forEach(function (b) { b.disabled = false; b.classList.remove("btn-loading"); });
  });

  /* Copying */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      toast(button.dataset.copied || "✓", "success");
    });
  });

  /* Short notes in the corner */
  function toast(text, kind) {
    var shelf = document.getElementById("toasts");
    if (!shelf || !text) return;
    var note = document.createElement("div");
    note.className = "toast-note alert alert-" + (kind || "info");
    note.setAttribute("role", kind === "danger" ? "alert" : "status");
    note.textContent = text;
    shelf.appendChild(note);
    window.setTimeout(function () { note.remove(); }, 5000);
  }

  document.addEventListener("htmx:configRequest", function (event) {
    var token = document.querySelector("meta[name=csrf-token]");
    if (token) event.detail.headers["X-CSRFToken"] = token.content;
  });
  document.addEventListener("htmx:responseError", function (event) {
    toast(event.detail.xhr.responseText.slice(0, 300), "danger");
  });
  document.addEventListener("htmx:sendError", function () {
    toast(document.body.dataset.offline, "danger");
  });

  /* Files: say what was chosen, read a text file into the field beside it */
  function named(input) {
    var out = input.closest(".file") && input.closest(".file").querySelector("[data-file-name]");
    if (!out) return;
    var files = input.files;
    out.textContent = files.length > 1 ? out.dataset.many.replace("{n}", files.length) : files.length ? files[0].name : "";
  }
  window.addEventListener("pageshow", function () { all(".file-input").forEach(named); });
  document.addEventListener("reset", function (event) {
    window.setTimeout(function () { all(".file-input", event.target).forEach(named); }, 0);
  });
  document.addEventListener("change", function (event) {
    var input = event.target;
    if (input.matches && input.matches(".file-input")) named(input);
    if (input.dataset && input.dataset.into && input.files && input.files[0]) {
      input.files[0].text().then(function (text) {
        document.getElementById(input.dataset.into).value = text;
        input.value = "";
        count(document.getElementById(input.dataset.into));
      });
    }
    if (input.matches && input.matches("[data-submit]")) input.form.requestSubmit();
    if (input.matches && input.matches("[data-all]")) {
      all("input[name='" + input.dataset.all + "']").forEach(function (box) { box.checked = input.checked; });
    }
  });

  /* Lines in a big text field */
  function count(area) {
    var out = area && document.querySelector("[data-lines-of='" + area.id + "']");
    if (!out) return;
    var lines = area.value.split("\n").filter(function (line) { return line.trim(); }).length;
    out.textContent = lines.toLocaleString();
  }
  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea")) count(event.target);
  });

  /* Profit beside the price while it is typed. Whole micro-units, so nothing is lost to floats;
     the server decides again when the form is saved. */
  var MICRO = 1000000;
  function micro(text) {
    var found = /^\s*(\d{1,9})(?:\.(\d{0,6}))?\s*$/.exec((text || "").replace(/,/g, ""));
    return found ? Number(found[1]) * MICRO + Number(((found[2] || "") + "000000").slice(0, 6)) : null;
  }
  function shown(value) {
    var minus = value < 0 ? "-" : "";
    var text = (Math.abs(value) / MICRO).toFixed(6).replace(/0{1,4}$/, "");
    return minus + text;
  }
  function profit(input) {
    var row = input.closest("[data-cost]");
    var out = row && row.querySelector("[data-profit]");
    if (!out) return;
    var cost = Number(row.dataset.cost), floor = Number(row.dataset.floor || 0), price;
    if (input.dataset.kind === "percent") {
      var share = micro(input.value);
      price = share === null ? null : cost + Math.round(cost / 100 * (share / MICRO));
    } else {
      price = micro(input.value);
    }
    if (price === null) price = Number(row.dataset.price);
    var below = price < floor;
    input.classList.toggle("is-invalid", below);
    out.textContent = shown(price - cost);
    out.classList.toggle("text-danger", price < cost || below);
    var label = row.querySelector("[data-below]");
    if (label) label.hidden = !below;
    var result = row.querySelector("[data-result]");
    if (result) result.textContent = shown(price);
  }
  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-price-input]")) profit(event.target);
  });

  /* The tab one stands on is in sight, however many stand before it */
  document.querySelectorAll(".tabs-scroll .active").forEach(function (tab) {
    var row = tab.closest(".tabs-scroll"), box = tab.getBoundingClientRect();
    row.scrollLeft += box.left + box.width / 2 - row.getBoundingClientRect().left - row.clientWidth / 2;
  });

  /* Keyboard: "/" goes to the search of the page */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(input|textarea|select)$/i.test(document.activeElement.tagName)) return;
    var search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  });

  /* Unsaved work */
  var dirty = false;
  document.addEventListener("input", function (event) {
    if (event.target.form && event.target.form.hasAttribute("data-guard")) dirty = true;
  });
  document.addEventListener("submit", function (event) { if (!event.defaultPrevented) dirty = false; });
  window.addEventListener("beforeunload", function (event) { if (dirty) event.preventDefault(); });
})();
