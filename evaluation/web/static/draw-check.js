// Repeats a draw of rule hp-draw-1 with the browser's own SHA-256. Nothing is sent anywhere.
(function () {
  "use strict";

  var words = document.getElementById("words").dataset;
  var encoder = new TextEncoder();
  var HEADER = ["unit_id", "stratum"];
  var TRIM = /^[\s\u0085\u200b\ufeff]+|[\s\u0085\u200b\ufeff]+$/g;

  function byId(id) { return document.getElementById(id); }

  async function sha256(bytes) {
    var digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }

  function ticket(seed, unit) { return sha256(encoder.encode(seed + "|" + unit)); }

  // RFC 4180: fields in quotation marks may hold commas, doubled marks stand for one.
  function parseCsv(text) {
    var rows = [], row = [], field = "", quoted = false, i = 0;
    text = text.replace(/^\ufeff/, "");
    while (i < text.length) {
      var c = text[i];
      if (quoted) {
        if (c === '"' && text[i + 1] === '"') { field += '"'; i += 1; }
        else if (c === '"') { quoted = false; }
        else { field += c; }
      } else if (c === '"' && field === "") { quoted = true; }
      else if (c === ",") { row.push(field); field = ""; }
      else if (c === "\n" || c === "\r") {
        if (c === "\r" && text[i + 1] === "\n") { i += 1; }
        row.push(field); field = "";
        if (row.length > 1 || row[0] !== "") { rows.push(row); }
        row = [];
      } else { field += c; }
      i += 1;
    }
    row.push(field);
    if (row.length > 1 || row[0] !== "") { rows.push(row); }
    return rows;
  }

  // Order of UTF-8 bytes, which differs from JavaScript's order only for characters beyond U+FFFF.
  function byBytes(a, b) {
    var n = Math.min(a.length, b.length);
    for (var i = 0; i < n; i += 1) {
      var x = a.charCodeAt(i), y = b.charCodeAt(i);
      if (x !== y) {
        if (x >= 0xd800 && y >= 0xd800) {
          x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
          y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
        }
        return x - y;
      }
    }
    return a.length - b.length;
  }

  function quoted(value) {
    return /[",]/.test(value) ? '"' + value.replace(/"/g, '""') + '"' : value;
  }

  function unitsOf(text, sourceColumns) {
    var rows = parseCsv(text), header = rows.shift() || [];
    var places = HEADER.map(function (name) {
      var own = header.indexOf(name);
      return own >= 0 ? own : header.indexOf(sourceColumns[name]);
    });
    if (places.indexOf(-1) >= 0) { throw new Error(words.badColumns + header.join(",")); }
    var seen = new Set(), units = [];
    rows.forEach(function (row) {
      var pair = places.map(function (at) {
        return (row[at] || "").normalize("NFC").replace(TRIM, "");
      });
      var line = pair.map(quoted).join(",");
      if (!seen.has(line)) { seen.add(line); units.push({ unit: pair[0], stratum: pair[1], line: line }); }
    });
    units.sort(function (a, b) { return byBytes(a.unit, b.unit); });
    return units;
  }

  function frameHash(units) {
    var lines = units.map(function (u) { return u.line; });
    return sha256(encoder.encode(HEADER.join(",") + "\n" + lines.join("\n") + "\n"));
  }

  async function withTickets(seed, units, progress) {
    for (var start = 0; start < units.length; start += 500) {
      await Promise.all(units.slice(start, start + 500).map(async function (u) {
        u.ticket = await ticket(seed, u.unit);
      }));
      progress.value = Math.min(1, (start + 500) / units.length);
    }
  }

  function redraw(certificate, units) {
    var byStratum = new Map(), faults = [], expected = new Map(), n = 0;
    units.forEach(function (u) {
      if (!byStratum.has(u.stratum)) { byStratum.set(u.stratum, []); }
      byStratum.get(u.stratum).push(u);
    });
    certificate.units.forEach(function (u) { expected.set(u.stratum + "\n" + u.rank, u); });
    certificate.strata.forEach(function (part) {
      var list = byStratum.get(part.stratum) || [];
      list.sort(function (a, b) { return a.ticket < b.ticket ? -1 : 1; });
      list.slice(0, part.sample_size + part.reserve_size).forEach(function (u, at) {
        var key = part.stratum + "\n" + (at + 1), claimed = expected.get(key);
        var role = at < part.sample_size ? "sample" : "reserve";
        expected.delete(key);
        n += 1;
        if (!claimed || claimed.ticket !== u.ticket || claimed.role !== role ||
            (claimed.unit_id !== undefined && claimed.unit_id !== u.unit)) {
          faults.push(part.stratum + " " + words.rank + " " + (at + 1) + "：" + u.ticket);
        }
      });
    });
    expected.forEach(function (u) { faults.push(u.stratum + " " + words.rank + " " + u.rank); });
    return { faults: faults, n: n };
  }

  function say(target, lines) {
    target.textContent = "";
    lines.forEach(function (line) {
      var p = document.createElement("p");
      p.className = line.good ? "good" : line.good === false ? "bad" : "";
      p.textContent = (line.good ? "✓ " : line.good === false ? "✗ " : "○ ") + line.text;
      target.appendChild(p);
      (line.more || []).slice(0, 20).forEach(function (text) {
        var detail = document.createElement("p");
        detail.className = "hash quiet";
        detail.textContent = text;
        target.appendChild(detail);
      });
    });
  }

  async function certificateOf() {
    var address = byId("draw").dataset.certificate, file = byId("certificate-file"), text;
    if (address) { text = await (await fetch(address)).text(); }
    else if (file && file.files.length) { text = await file.files[0].text(); }
    else { throw new Error(words.noCertificate); }
    try {
      var certificate = JSON.parse(text);
      if (certificate.rule !== "hp-draw-1") { throw new Error("rule"); }
      return certificate;
    } catch (_error) { throw new Error(words.badCertificate); }
  }

  async function checkWhole() {
    var target = byId("whole-result"), progress = byId("check-progress");
    try {
      var certificate = await certificateOf();
      var file = byId("frame-file").files[0];
      var text = file ? await file.text() : byId("frame-text").value;
      if (!text.trim()) { throw new Error(words.noFrame); }
      if (certificate.design.method !== "stratified") { throw new Error(words.onlyStratified); }
      progress.hidden = false;
      var units = unitsOf(text, certificate.frame.source_columns);
      var hash = await frameHash(units);
      await withTickets(certificate.seed.text, units, progress);
      var outcome = redraw(certificate, units);
      var isLater = Date.parse(certificate.seed.given_at) >= Date.parse(certificate.frame.frozen_at);
      var isCoordinated = Boolean(certificate.coordinated_with);
      say(target, [
        hash === certificate.frame.sha256
          ? { good: true, text: words.hashSame }
          : { good: false, text: words.hashDiffers + hash },
        isLater
          ? { good: true, text: words.seedLater }
          : { good: isCoordinated, text: isCoordinated ? words.seedCoordinated : words.seedEarlier },
        outcome.faults.length === 0
          ? { good: true, text: words.allSame + outcome.n }
          : { good: false, text: words.differs + outcome.faults.length, more: outcome.faults }
      ]);
    } catch (error) { say(target, [{ good: false, text: error.message }]); }
    progress.hidden = true;
  }

  async function checkOne() {
    var target = byId("one-result"), unit = byId("unit").value.normalize("NFC").replace(TRIM, "");
    try {
      if (!unit) { throw new Error(words.empty); }
      var certificate = await certificateOf();
      var own = await ticket(certificate.seed.text, unit);
      var found = certificate.units.find(function (u) { return u.ticket === own; });
      var text = !found ? words.notDrawn
        : (found.role === "sample" ? words.inSample : words.inReserve) + found.stratum + "，" + found.rank;
      say(target, [{ good: found ? true : undefined, text: text, more: [words.ticket + own] }]);
    } catch (error) { say(target, [{ good: false, text: error.message }]); }
  }

  var sections = document.querySelectorAll(".checker");
  sections.forEach(function (section) { section.hidden = false; });
  if (!window.crypto || !crypto.subtle) {
    sections.forEach(function (section) { section.textContent = words.noCrypto; });
    return;
  }
  byId("check-whole").addEventListener("click", checkWhole);
  if (byId("check-one")) { byId("check-one").addEventListener("click", checkOne); }
}());
