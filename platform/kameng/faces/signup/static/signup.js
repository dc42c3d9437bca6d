// Signup: is the name free, what will the shop look like, and one click opens one shop.
(function () {
  "use strict";
  const form = document.querySelector("[data-open]");
  if (form) {
    nameCheck(form);
    preview(form);
    peek(form);
    once(form);
  }
  wait(document.querySelector("[data-wait]"));
  const errors = document.getElementById("errors");
  if (errors) errors.focus();

  function nameCheck(form) {
    const input = form.querySelector("[data-name]");
    const box = form.querySelector("[data-name-box]");
    const said = form.querySelector("[data-name-said]");
    const offers = form.querySelector("[data-name-offers]");
    let timer, asked;

    input.addEventListener("input", function () {
      const plain = input.value.normalize("NFKC").toLowerCase().replace(/[\s_.]+/g, "-").replace(/^-+/, "");
      if (plain !== input.value) input.value = plain;
      clearTimeout(timer);
      if (asked) asked.abort();
      if (plain.length < 3) return show("", said.dataset.hint, []);
      show("asking", said.dataset.asking, []);
      timer = setTimeout(ask, 220);
    });
    if (input.value) ask();

    async function ask() {
      asked = new AbortController();
      try {
        const url = input.dataset.url + "?slug=" + encodeURIComponent(input.value);
        const answer = await fetch(url, { signal: asked.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const told = await answer.json();
        show(told.state === "free" ? "yes" : "no", told.text, told.suggestions);
      } catch (error) {
        if (error.name !== "AbortError") show("", said.dataset.failed, []);
      }
    }

    function show(state, text, names) {
      said.textContent = text;
      said.className = "verdict " + state;
      box.className = "box address" + (state === "no" ? " bad" : state === "yes" ? " good" : "");
      input.toggleAttribute("aria-invalid", state === "no");
      if (state === "no") input.setAttribute("aria-invalid", "true");
      offers.replaceChildren();
      offers.hidden = names.length === 0;
      if (names.length) offers.append(offers.dataset.label);
      names.forEach(function (name) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = name;
        button.addEventListener("click", function () {
          input.value = name;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          input.focus();
        });
        offers.append(button);
      });
    }
  }

  function preview(form) {
    const slug = form.querySelector("[data-name]");
    const name = form.querySelector("#site_name");
    const own = form.querySelector("[data-own]");
    const ownRadio = form.querySelector("[data-own-radio]");
    const ownColor = form.querySelector("[data-own-color]");
    const screen = form.querySelector("[data-preview]");
    own.hidden = false;

    slug.addEventListener("input", words);
    name.addEventListener("input", words);
    form.addEventListener("change", colour);
    form.addEventListener("change", chosen);
    ownColor.addEventListener("input", function () {
      ownRadio.value = ownColor.value;
      ownRadio.checked = true;
      colour();
    });
    const known = Array.from(form.querySelectorAll("input[name=primary]"));
    if (ownRadio.value && !known.some(function (radio) { return radio.checked; })) ownRadio.checked = true;
    words();
    colour();
    chosen();

    // In its own colours the preview is the template itself; in another one, how the colour sits.
    function chosen() {
      const look = form.querySelector("input[name=theme]:checked + .shots");
      const own = form.querySelector(".swatch.plain input:checked");
      const trade = form.querySelector("input[name=industry]:checked");
      const shot = look && own && (look.querySelector(".for-" + trade.value) || look.querySelector("img"));
      const place = form.querySelector("[data-as-chosen]");
      if (shot) place.src = shot.src;
      place.hidden = !shot;
      form.querySelector("[data-any-shop]").hidden = Boolean(shot);
    }

    function words() {
      form.querySelectorAll("[data-whole]").forEach(function (place) {
        place.textContent = place.dataset.before + (slug.value || place.dataset.blank) + place.dataset.after;
      });
      const shop = form.querySelector("[data-shop-name]");
      shop.textContent = name.value.trim() || shop.dataset.blank;
      form.querySelector("[data-letter]").textContent = Array.from(shop.textContent)[0];
    }

    function colour() {
      const chosen = form.querySelector("input[name=primary]:checked");
      if (!chosen || !/^#[0-9a-f]{6}$/i.test(chosen.value)) return;
      screen.style.setProperty("--shop", chosen.value);
      screen.style.setProperty("--shop-ink", inkOn(chosen.value));
      own.style.setProperty("--c", ownColor.value);
      own.style.setProperty("--c-ink", inkOn(ownColor.value));
    }
  }

  function inkOn(colour) {
    const parts = [1, 3, 5].map(function (at) {
      const part = parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    });
    const light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    return light > 0.179 ? "#111827" : "#ffffff";
  }

  function peek(form) {
    form.querySelectorAll("[data-peek]").forEach(function (button) {
      button.addEventListener("click", function () {
        const field = document.getElementById(button.dataset.peek);
        const shown = field.type === "password";
        field.type = shown ? "text" : "password";
        button.setAttribute("aria-pressed", String(shown));
      });
    });
  }

  function once(form) {
    form.addEventListener("submit", function (event) {
      const bad = Array.from(form.elements).find(function (field) { return !field.checkValidity(); });
      if (bad) {
        event.preventDefault();
        bad.reportValidity();
        return;
      }
      const button = form.querySelector(".cta");
      if (button.getAttribute("aria-busy") === "true") return event.preventDefault();
      button.setAttribute("aria-busy", "true");
      button.firstElementChild.textContent = button.dataset.busy;
    });
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) location.reload();
    });
  }

  function wait(place) {
    if (!place) return;
    setTimeout(async function () {
      try {
        const told = await (await fetch(place.dataset.wait)).json();
        if (told.state === "open") return location.replace(told.url);
        if (told.state === "refused") return location.reload();
      } catch (error) {
        // the next round asks again
      }
      wait(place);
    }, 1000);
  }
})();
