// Repeats a draw of rule hp-draw-1 with the browser's own SHA-256. Nothing is sent anywhere.
(function () {
  "use strict";

  var words = document.getElementById("words").dataset;
  var encoder = new TextEncoder();
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

  function cleaned(value, name) {
    var text = (value || "").normalize("NFC").replace(TRIM, "");
    return name === "measure_of_size" && /^\+?\d+(\.0*)?$/.test(text)
      ? BigInt(text.replace("+", "").split(".")[0]).toString() : text;
  }

  function unitsOf(text, certificate) {
    var names = certificate.frame.columns, source = certificate.frame.source_columns;
    var rows = parseCsv(text), header = rows.shift() || [];
    var places = names.map(function (name) {
      var own = header.indexOf(name);
      return own >= 0 ? own : header.indexOf(source[name]);
    });
    var hasAll = places.every(function (at, k) {
      return at >= 0 || (names[k] === "stratum" && source.stratum === undefined);
    });
    if (!hasAll) { throw new Error(words.badColumns + names.join(",") + " ≠ " + header.join(",")); }
    var seen = new Set(), units = [];
    rows.forEach(function (row) {
      var values = places.map(function (at, k) { return at < 0 ? "all" : cleaned(row[at], names[k]); });
      var line = values.map(quoted).join(","), unit = { line: line };
      if (seen.has(line)) { return; }
      seen.add(line);
      names.forEach(function (name, k) { unit[name] = values[k]; });
      units.push(unit);
    });
    units.sort(function (a, b) { return byBytes(a.unit_id, b.unit_id); });
    return units;
  }

  function frameHash(units, names) {
    var lines = units.map(function (u) { return u.line; });
    return sha256(encoder.encode(names.join(",") + "\n" + lines.join("\n") + "\n"));
  }

  async function withTickets(seed, units, progress) {
    for (var start = 0; start < units.length; start += 500) {
      await Promise.all(units.slice(start, start + 500).map(async function (u) {
        u.ticket = await ticket(seed, u.unit_id);
      }));
      progress.value = Math.min(1, (start + 500) / units.length);
    }
  }

  function grouped(units, name) {
    var groups = new Map();
    units.forEach(function (u) {
      if (!groups.has(u[name])) { groups.set(u[name], []); }
      groups.get(u[name]).push(u);
    });
    return groups;
  }

  function byTicket(a, b) { return a.ticket < b.ticket ? -1 : a.ticket > b.ticket ? 1 : 0; }

  function withRoles(ordered, n, spare) {
    return ordered.slice(0, n + spare).map(function (u, at) {
      return { unit: u, role: at < n ? "sample" : "reserve" };
    });
  }

  function stratified(units, part) {
    return withRoles(units.slice().sort(byTicket), part.sample_size, part.reserve_size);
  }

  // Clusters (courts) have tickets too: the smallest are drawn, then the smallest files in each.
  async function clustered(units, part, certificate) {
    var design = certificate.design, name = part.stratum, groups = grouped(units, "cluster");
    var clusters = await Promise.all(Array.from(groups.keys(), async function (cluster) {
      return { cluster: cluster, ticket: await ticket(certificate.seed.text, cluster) };
    }));
    clusters.sort(byTicket);
    var chosen = clusters.slice(0, (design.cluster_sizes || {})[name] || 0);
    return [].concat.apply([], chosen.map(function (one) {
      var files = groups.get(one.cluster).slice().sort(byTicket);
      return withRoles(files, design.sample_sizes[name], design.reserve_sizes[name] || 0);
    }));
  }

  // Pareto: odds of the ticket over odds of the wanted probability; the certain ones come first.
  function bySize(units, part) {
    var n = part.sample_size, left = n;
    var sizes = units.map(function (u) { return BigInt(u.measure_of_size); });
    var remaining = sizes.reduce(function (sum, size) { return sum + size; }, 0n);
    var certainFrom = remaining + 1n;
    sizes.sort(function (a, b) { return a < b ? 1 : a > b ? -1 : 0; });
    for (var i = 0; i < n && BigInt(left) * sizes[i] >= remaining; i += 1) {
      certainFrom = sizes[i]; left -= 1; remaining -= sizes[i];
    }
    var share = remaining > 0n ? left / Number(remaining) : 0;
    units.forEach(function (u) {
      var x = (parseInt(u.ticket.slice(0, 13), 16) + 0.5) / 4503599627370496;
      var p = Number(u.measure_of_size) * share;
      u.order = BigInt(u.measure_of_size) >= certainFrom ? x - 1 : (x / (1 - x)) / (p / (1 - p));
    });
    var ordered = units.slice().sort(function (a, b) {
      return a.order - b.order || byBytes(a.unit_id, b.unit_id);
    });
    return withRoles(ordered, n, part.reserve_size);
  }

  var METHODS = { stratified: stratified, cluster: clustered, pareto: bySize };

  async function redraw(certificate, units) {
    var byStratum = grouped(units, "stratum"), faults = [], expected = new Map(), n = 0;
    certificate.units.forEach(function (u) {
      expected.set(u.stratum + "\n" + (u.rank === undefined ? u.ticket : u.rank), u);
    });
    for (var part of certificate.strata) {
      var method = METHODS[certificate.design.method];
      var drawn = await method(byStratum.get(part.stratum) || [], part, certificate);
      drawn.forEach(function (one, at) {
        // A published draw by size states no ranks; its units are found by their tickets.
        var u = one.unit, key = part.stratum + "\n" + (at + 1);
        if (!expected.has(key)) { key = part.stratum + "\n" + u.ticket; }
        var claimed = expected.get(key);
        expected.delete(key);
        n += 1;
        if (!claimed || claimed.ticket !== u.ticket || claimed.role !== one.role ||
            (claimed.unit_id !== undefined && claimed.unit_id !== u.unit_id)) {
          faults.push(part.stratum + " " + words.rank + " " + (at + 1) + "：" + u.ticket);
        }
      });
    }
    expected.forEach(function (u) { faults.push(u.stratum + "：" + u.ticket); });
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
      if (certificate.rule !== "hp-draw-1" || !METHODS[certificate.design.method]) {
        throw new Error("rule");
      }
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
      progress.hidden = false;
      var units = unitsOf(text, certificate);
      var hash = await frameHash(units, certificate.frame.columns);
      await withTickets(certificate.seed.text, units, progress);
      var outcome = await redraw(certificate, units);
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
        : (found.role === "sample" ? words.inSample : words.inReserve) + found.stratum +
          (found.rank === undefined ? "" : "，" + found.rank);
      say(target, [{ good: found ? true : undefined, text: text, more: [words.ticket + own] }]);
    } catch (error) { say(target, [{ good: false, text: error.message }]); }
  }

  var sections = document.querySelectorAll(".checker");
  sections.forEach(function (section) { section.hidden = false; });
  if (!window.crypto || !crypto.subtle) {
    sections.forEach(function (section) { section.textContent = words.noCrypto; });
    return;
  }
  document.querySelectorAll("[data-chosen]").forEach(function (target) {
    var input = byId(target.dataset.chosen);
    input.addEventListener("change", function () {
      if (input.files.length) { target.textContent = input.files[0].name; }
    });
  });
  byId("check-whole").addEventListener("click", checkWhole);
  if (byId("check-one")) { byId("check-one").addEventListener("click", checkOne); }
}());
