/* Small comforts; every page works without them. No libraries, no inline code, no eval. */
(() => {
  "use strict";
  const body = document.body;
  const all = (query, within) => [...(within || document).querySelectorAll(query)];
  const words = body.dataset;
  let quiet = 0;

  const say = (text) => {
    const place = document.querySelector("[data-say]");
    clearTimeout(quiet);
    place.textContent = text;
    quiet = setTimeout(() => { place.textContent = ""; }, 2400);
  };

  /* copy and download */
  const byHand = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr";
    body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const copy = async (text, button) => {
    let done = false;
    try { await navigator.clipboard.writeText(text); done = true; } catch { done = byHand(text); }
    say(done ? words.copied : words.copyFailed);
    if (!done) return;
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 2400);
  };
  const secretsOf = (id) => all("[data-secret]", document.getElementById(id)).map((one) => one.textContent);
  const download = (name, lines) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/plain" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 5000);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { copy: one, copyAll: list, download: file, peek, by } = button.dataset;
    if (one !== undefined) copy(one, button);
    if (list) copy(secretsOf(list).join("\n"), button);
    if (file) download(button.dataset.name, secretsOf(file));
    if (peek) {
      const field = document.getElementById(peek);
      const open = field.type === "password";
      field.type = open ? "text" : "password";
      button.setAttribute("aria-pressed", String(open));
    }
    if (by) step(button.parentElement.querySelector("input"), Number(by));
  });

  /* a file field of our own says which file was chosen */
  const named = (input) => {
    const place = input.parentElement.querySelector("[data-file-name]");
    if (!place) return;
    place.dataset.none = place.dataset.none || place.textContent;
    place.textContent = input.files.length ? input.files[0].name : place.dataset.none;
  };
  document.addEventListener("change", (event) => { if (event.target.type === "file") named(event.target); });
  addEventListener("pageshow", () => all("input[type=file]").forEach(named));

  /* quantity, SKU choice and the running total; money is counted in whole units of 1e-6 */
  const micro = (text) => {
    const [whole, rest = ""] = String(text).replace(/,/g, "").split(".");
    return BigInt(whole + rest.padEnd(6, "0").slice(0, 6));
  };
  const shown = (units) => {
    const fen = (units + 5000n) / 10000n;
    return [(fen / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ","), "." + (fen % 100n).toString().padStart(2, "0")];
  };
  const setPrice = (place, units) => {
    const number = place && place.querySelector(".num");
    if (!number) return;
    const [whole, cents] = shown(units);
    number.firstChild.textContent = whole;
    number.querySelector("small").textContent = cents;
  };
  const step = (field, by) => {
    const low = Number(field.min || 1), high = Number(field.max || 999);
    const wanted = (parseInt(field.value, 10) || low) + by;
    field.value = String(Math.min(Math.max(wanted, low), high));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const stock = (form, picked) => {
    const place = document.querySelector("[data-stock]:not(input)");
    if (place) {
      place.className = "stock-" + picked.dataset.stock;
      place.querySelector("span").textContent = picked.dataset.stockLabel;
    }
    const button = form.querySelector("[data-buy-button]");
    button.disabled = picked.dataset.stock === "none";
    button.querySelector("span").textContent = button.disabled ? button.dataset.out : button.dataset.label;
    all("[data-put]", form).forEach((one) => { one.disabled = button.disabled; });
  };
  const market = (text) => {
    const place = document.querySelector("[data-market]:not(input)");
    const struck = place && place.querySelector(".market");
    if (!struck) return;
    place.hidden = !text;
    if (text) struck.lastChild.textContent = "¥" + text;
  };
  const priceFor = (picked, count) => (picked.dataset.steps || "").split(" ").reduce((price, step) => {
    const [from, there] = step.split("=");
    return there && count >= Number(from) ? there : price;
  }, picked.dataset.price);
  const sums = (form) => {
    const picked = form.querySelector("input[name=sku]:checked");
    const field = form.querySelector("input[name=quantity]");
    if (!picked) return;
    const count = Math.max(parseInt(field.value, 10) || 1, 1);
    const unit = micro(priceFor(picked, count));
    form.querySelector("[data-shown]").value = picked.dataset.price;
    setPrice(document.querySelector("[data-live-price]"), unit);
    setPrice(form.querySelector("[data-total]"), unit * BigInt(count));
    market(picked.dataset.market);
    stock(form, picked);
    all("[data-by]", form).forEach((button) => {
      button.disabled = Number(button.dataset.by) < 0 ? count <= Number(field.min) : count >= Number(field.max);
    });
  };
  all("[data-buy]").forEach((form) => {
    form.addEventListener("input", () => sums(form));
    sums(form);
  });

  /* the cart: its number from a cookie, putting in without leaving the page, quantities at once */
  const inCart = () => {
    try { return Number((/(?:^|; )cart_n=(\d+)/.exec(document.cookie) || [])[1] || 0); } catch { return 0; }
  };
  const count = () => all("[data-cart-count]").forEach((place) => {
    place.textContent = inCart() || "";
    place.hidden = !inCart();
  });
  const put = async (form, button) => {
    const told = new FormData();
    ["csrf_token", "sku", "quantity"].forEach((name) => told.append(name, form.elements[name].value));
    button.disabled = true;
    try {
      const answer = await fetch(button.formAction, {
        method: "POST", body: told, headers: { Accept: "application/json" }, credentials: "same-origin",
      });
      say((await answer.json()).text);
      count();
    } catch {
      delete button.dataset.put;
      button.disabled = false;
      form.requestSubmit(button);
    }
    button.disabled = false;
  };
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || button.dataset.put === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    put(event.target, button);
  });
  all("[data-auto]").forEach((form) => {
    let soon = 0;
    form.querySelector("[type=submit]").hidden = true;
    form.addEventListener("input", () => {
      clearTimeout(soon);
      soon = setTimeout(() => form.requestSubmit(), 700);
    });
  });
  addEventListener("pageshow", count);

  /* one press, one order */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-once]");
    if (!form) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    all("button[type=submit]", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  addEventListener("pageshow", (event) => {
    all("[data-once]").forEach((form) => {
      delete form.dataset.sent;
      all("[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
    });
    if (event.persisted && document.querySelector("[data-poll]")) location.reload();
  });

  /* the bars leave room for the phone's keyboard */
  const typed = "input:not([type=radio]):not([type=checkbox]), textarea";
  const touch = matchMedia("(pointer: coarse)");
  let leaving = 0;
  document.addEventListener("focusin", (event) => {
    clearTimeout(leaving);
    if (touch.matches && event.target.matches(typed)) body.classList.add("typing");
    else rest();
  });
  document.addEventListener("focusout", () => rest());
  /* not at once: a tap that leaves a field must still meet the button it aimed at */
  const rest = () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => body.classList.remove("typing"), 350);
  };

  /* countdown */
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => all("[data-countdown]").forEach((place) => {
    const left = Math.floor((Date.parse(place.dataset.countdown) - Date.now()) / 1000);
    const hours = Math.floor(left / 3600);
    const days = place.dataset.days ? Math.floor(hours / 24) : 0, rest = hours - 24 * days;
    const clock = (days > 0 ? days + place.dataset.days : "") + (hours > 0 ? two(rest) + ":" : "") + two(Math.floor(left / 60) % 60) + ":" + two(left % 60);
    place.textContent = left > 0 ? clock : place.dataset.over || words.over;
  });
  tick();
  if (document.querySelector("[data-countdown]")) setInterval(tick, 1000);

  /* a pop-up comes once per visit; where nothing can be remembered it stays away */
  const once = (name) => {
    try {
      if (sessionStorage.getItem(name)) return false;
      sessionStorage.setItem(name, "1");
      return true;
    } catch { return false; }
  };
  all("[data-popup]").forEach((box) => {
    if (box.open || !once("popup-" + box.dataset.popup)) return;
    box.showModal();
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  });

  /* the order page follows its order; secrets must show within two seconds of paying. Whoever has
     just pressed "pay" is on the way to the payment page: nothing may lead elsewhere meanwhile */
  const started = Date.now();
  const pause = () => {
    const age = Date.now() - started;
    if (document.hidden) return 5000;
    return age < 60000 ? 700 : age < 300000 ? 2500 : 8000;
  };
  const reveal = () => all("[data-copy], [data-copy-all], [data-download], [data-peek], [data-by]")
    .forEach((button) => { button.hidden = false; });
  const swap = async (live) => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (!answer.ok || !fresh) return live;
    live.replaceWith(document.adoptNode(fresh));
    reveal();
    tick();
    const title = fresh.querySelector("h1");
    if (title) say(title.textContent);
    return fresh;
  };
  const follow = async (live) => {
    if (!live || !live.dataset.poll || live.dataset.poll === "#") return;
    try {
      const answer = await fetch(live.dataset.poll, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const status = answer.ok ? await answer.json() : {};
      const leaving = document.querySelector("[data-once][data-sent]");
      if (!leaving && status.state && status.state !== live.dataset.state) {
        if (live.dataset.go) { location.assign(live.dataset.go); return; }
        live = await swap(live);
      }
      if (status.final || (answer.status >= 400 && answer.status < 500 && answer.status !== 429)) return;
    } catch { /* offline: try again */ }
    setTimeout(() => follow(live), pause());
  };
  const live = document.querySelector("[data-poll]");
  if (live) setTimeout(() => follow(live), 700);
  all("[data-reload]").forEach((place) => setTimeout(() => location.reload(), Number(place.dataset.reload)));
  reveal();
})();
