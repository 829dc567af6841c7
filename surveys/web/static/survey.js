/* Conveniences only: everything works without this file. Written for old WebViews (ES5). */
(function () {
  "use strict";
  var each = function (list, act) { for (var i = 0; i < list.length; i++) { act(list[i]); } };
  var all = function (selector) { return document.querySelectorAll(selector); };

  // The summary of problems is read first.
  var summary = document.getElementById("summary");
  if (summary) { summary.focus(); }

  // Choosing an exclusive option clears the others, and the other way round.
  each(all("input[type=checkbox][data-exclusive]"), function (single) {
    var group = document.getElementsByName(single.name);
    each(group, function (box) {
      box.addEventListener("change", function () {
        if (!box.checked) { return; }
        each(group, function (other) {
          if (other !== box && (box === single || other === single)) { other.checked = false; }
        });
      });
    });
  });

  // Writing beside an option chooses it.
  each(all("input[data-opens]"), function (field) {
    var option = document.getElementById(field.getAttribute("data-opens"));
    field.addEventListener("input", function () {
      if (field.value && option && !option.checked) {
        option.checked = true;
        var event = document.createEvent("Event");
        event.initEvent("change", true, true);
        option.dispatchEvent(event);
      }
    });
  });

  // A second tap on a button does not send twice.
  each(all("form"), function (form) {
    var sent = false;
    form.addEventListener("submit", function (event) {
      if (sent) { event.preventDefault(); }
      sent = true;
      setTimeout(function () { sent = false; }, 4000);
    });
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && document.querySelector("form[action$='/start']")) { location.reload(); }
  });

  // Proof of work for open links: SHA-256 of salt and number, tried in short steps.
  var K = [], PRIMES = [], candidate = 2;
  while (PRIMES.length < 64) {
    var prime = true;
    for (var d = 0; d < PRIMES.length; d++) { if (candidate % PRIMES[d] === 0) { prime = false; break; } }
    if (prime) {
      PRIMES.push(candidate);
      var root = Math.pow(candidate, 1 / 3);
      K.push(((root - Math.floor(root)) * 4294967296) | 0);
    }
    candidate++;
  }
  var START = [];
  for (var p = 0; p < 8; p++) {
    var square = Math.sqrt(PRIMES[p]);
    START.push(((square - Math.floor(square)) * 4294967296) | 0);
  }
  function sha256(text) {
    var n = text.length, words = [], i, j;
    var total = (((n + 8) >> 6) + 1) << 4;
    for (i = 0; i < total; i++) { words[i] = 0; }
    for (i = 0; i < n; i++) { words[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8); }
    words[n >> 2] |= 0x80 << (24 - (n % 4) * 8);
    words[total - 1] = n * 8;
    var h = START.slice(), w = [];
    for (j = 0; j < total; j += 16) {
      var a = h[0], b = h[1], c = h[2], e = h[4], f = h[5], g = h[6], k = h[7], q = h[3];
      for (i = 0; i < 64; i++) {
        if (i < 16) { w[i] = words[j + i]; } else {
          var x = w[i - 15], y = w[i - 2];
          w[i] = (w[i - 16] + w[i - 7] +
            ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) +
            ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10))) | 0;
        }
        var t1 = (k + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) +
          ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        var t2 = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
          ((a & b) ^ (a & c) ^ (b & c))) | 0;
        k = g; g = f; f = e; e = (q + t1) | 0; q = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      h = [h[0] + a | 0, h[1] + b | 0, h[2] + c | 0, h[3] + q | 0,
        h[4] + e | 0, h[5] + f | 0, h[6] + g | 0, h[7] + k | 0];
    }
    var hex = "";
    for (i = 0; i < 8; i++) { hex += ("00000000" + (h[i] >>> 0).toString(16)).slice(-8); }
    return hex;
  }
  var work = document.getElementById("work");
  if (work && window.btoa) {
    var data = function (name) { return work.getAttribute("data-" + name); };
    var wanted = data("challenge"), salt = data("salt"), most = +data("max"), number = 0;
    var form = document.getElementById("start"), waiting = false;
    var done = function () { return work.value !== "" || number > most; };
    var step = function () {
      var until = Date.now() + 40;
      while (!done() && Date.now() < until) {
        if (sha256(salt + number) === wanted) {
          work.value = btoa(JSON.stringify({ algorithm: "SHA-256", challenge: wanted,
            number: number, salt: salt, signature: data("signature") }));
        }
        number++;
      }
      if (!done()) { setTimeout(step, 10); } else if (waiting) { form.submit(); }
    };
    form.addEventListener("submit", function (event) {
      if (done()) { return; }
      event.preventDefault();
      waiting = true;
      var status = document.getElementById("working");
      status.textContent = status.getAttribute("data-text");
    });
    setTimeout(step, 10);
  }
}());
