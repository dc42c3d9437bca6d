/* Pictures and films: one upload after the other with its progress, and a part chosen by drawing it. Without
   this the form sends all files at once and the four numbers are typed. */
(function () {
  "use strict";

  function send(form, file, moved, done) {
    var body = new FormData(), call = new XMLHttpRequest();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("files", file);
    call.open("POST", form.action);
    call.setRequestHeader("HX-Request", "true");
    call.upload.onload = function () { moved(1); };
    call.upload.onprogress = function (event) { if (event.lengthComputable) moved(event.loaded / event.total); };
    call.onload = function () { done(call.status < 400 ? "" : call.responseText || file.name); };
    call.onerror = function () { done(file.name + ": " + document.body.dataset.offline); };
    call.send(body);
  }

  document.querySelectorAll("form[data-upload]").forEach(function (form) {
    var state = form.querySelector("[data-upload-state]"), bar = state.querySelector("progress");
    var at = form.querySelector("[data-upload-at]"), box = form.querySelector("[data-upload-faults]");
    form.addEventListener("submit", function (event) {
      var files = Array.prototype.slice.call(form.elements.files.files), faults = [], next = 0;
      if (!files.length) return;
      event.preventDefault();
      form.querySelector("[type=submit]").disabled = true;
      state.hidden = false;
      box.hidden = true;
      (function one() {
        if (next === files.length) return finish();
        var file = files[next++];
        at.textContent = at.dataset.text.replace("{n}", next).replace("{all}", files.length).replace("{name}", file.name);
        send(form, file, function (share) {
          bar.value = 100 * (next - 1 + share) / files.length;
          if (share === 1) at.textContent = at.dataset.working.replace("{name}", file.name);
        }, function (fault) {
          if (fault) faults.push(fault);
          one();
        });
      })();
      function finish() {
        bar.value = 100;
        if (!faults.length) { window.location.assign(form.action); return; }
        state.hidden = true;
        box.hidden = false;
        box.querySelector(".upload-faults").textContent = faults.join("\n");
        form.querySelector("[type=submit]").disabled = false;
        form.reset();
      }
    });
  });

  document.querySelectorAll("form[data-crop]").forEach(function (form) {
    var frame = document.querySelector("[data-crop-frame]"), box = frame.querySelector("[data-crop-box]");
    var whole = form.dataset.crop.split("x").map(Number), from = null;
    var names = ["x", "y", "width", "height"];
    function field(name) { return form.elements[name]; }
    function values() { return names.map(function (name) { return Number(field(name).value) || 0; }); }
    function show() {
      var v = values();
      box.hidden = v[0] === 0 && v[1] === 0 && v[2] >= whole[0] && v[3] >= whole[1];
      box.style.left = 100 * v[0] / whole[0] + "%";
      box.style.top = 100 * v[1] / whole[1] + "%";
      box.style.width = 100 * v[2] / whole[0] + "%";
      box.style.height = 100 * v[3] / whole[1] + "%";
    }
    function put(list) {
      names.forEach(function (name, index) { field(name).value = Math.round(list[index]); });
      show();
    }
    function place(event) {
      var r = frame.getBoundingClientRect();
      return [Math.min(Math.max((event.clientX - r.left) / r.width, 0), 1) * whole[0],
        Math.min(Math.max((event.clientY - r.top) / r.height, 0), 1) * whole[1]];
    }
    frame.classList.add("is-cropping");
    frame.addEventListener("pointerdown", function (event) {
      event.preventDefault();
      from = place(event);
      frame.setPointerCapture(event.pointerId);
    });
    frame.addEventListener("pointermove", function (event) {
      if (!from) return;
      var to = place(event);
      put([Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])]);
    });
    frame.addEventListener("pointerup", function () { from = null; });
    frame.addEventListener("pointercancel", function () { from = null; });
    form.addEventListener("input", show);
    var shapes = form.querySelector("[data-crop-shapes]");
    shapes.hidden = false;
    shapes.addEventListener("click", function (event) {
      var shape = (event.target.dataset.shape || "").split(":").map(Number);
      if (shape.length !== 2) return;
      var width = Math.min(whole[0], whole[1] * shape[0] / shape[1]), height = width * shape[1] / shape[0];
      put([(whole[0] - width) / 2, (whole[1] - height) / 2, width, height]);
    });
    show();
  });
})();
