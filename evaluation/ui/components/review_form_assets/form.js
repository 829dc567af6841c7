// The review form: drawn once from its layout, answers go to the server one by one.
// A change stays in the outbox (kept in the browser) until the server says it is on disk.
export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".rf");
  if (root.form && root.form.key === data.key) { root.form.receive(data.state); return root.form.leave; }
  if (root.form) root.form.leave();
  root.form = start(root, data);
  return root.form.leave;
}

const element = (tag, props, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  for (const child of children.flat()) if (child != null) node.append(child);
  return node;
};

const readDay = (text) => {
  const found = /^\s*(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?\s*$/.exec(text);
  if (!found) return null;
  const day = `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}`;
  const real = new Date(day + "T00:00:00Z");
  return !isNaN(real) && real.toISOString().slice(0, 10) === day ? day : null;
};
const readMoment = (text) => {
  const found = /^(.*?)[ T]+(\d{1,2})[:：](\d{2})\s*$/.exec(text);
  const day = found && readDay(found[1]);
  return day && +found[2] < 24 && +found[3] < 60 ? `${day}T${found[2].padStart(2, "0")}:${found[3]}+08:00` : null;
};
const readDays = (text) => {
  const days = text.split(/[\s,，、;；]+/).filter(Boolean).map(readDay);
  return days.includes(null) ? null : days;
};
const READERS = { day: readDay, moment: readMoment, days: readDays };
const written = (kind, value) =>
  value == null ? "" : kind === "days" ? value.join("、") : kind === "moment" ? value.slice(0, 16).replace("T", " ") : value;

function start(root, data) {
  const { layout, words, address } = data;
  const boxName = "hengping-review-" + data.key;
  const placeName = boxName + "-place";
  let state = data.state, part = 0, now = 0, sending = false, alive = true, picking = null, timer = 0, failed = "";
  let outbox = [];
  try { outbox = JSON.parse(localStorage.getItem(boxName) || "[]"); } catch { outbox = []; }
  try { part = Math.min(+(localStorage.getItem(placeName) || 0), layout.parts.length - 1); } catch { part = 0; }
  const nodes = new Map();

  const keep = () => { try { outbox.length ? localStorage.setItem(boxName, JSON.stringify(outbox)) : localStorage.removeItem(boxName); } catch { /* private window */ } };
  const items = () => layout.parts[part].items;

  // ------------------------------------------------------------ saving
  const put = (change) => { outbox.push(change); keep(); show(); send(); };
  async function send() {
    if (sending || !outbox.length || !alive) return;
    sending = true; clearTimeout(timer);
    const change = outbox[0];
    let answer = null;
    try {
      answer = await fetch(address, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", "X-Hengping-Form": "1" }, body: JSON.stringify(change) });
    } catch { answer = null; }
    sending = false;
    if (answer && answer.ok) {
      outbox.shift(); keep(); failed = "";
      for (const code of Object.keys(change.answers || {})) { const node = nodes.get(code); if (node) node.said.textContent = ""; }
      const fresh = await answer.json();
      if (!outbox.length) state = fresh;
      show(); send();
    } else if (answer && [400, 404, 422].includes(answer.status)) {
      const said = await answer.json();
      outbox.shift(); keep();
      await reload(); problem(change, said.problem); show(); send();
    } else {
      status(answer && answer.status === 401 ? words.signed_out : words.retrying.replace("{n}", outbox.length), "bad");
      timer = setTimeout(send, 2000);
    }
  }
  async function reload() {
    if (outbox.length) return;
    try { const answer = await fetch(address.replace(/save$/, "state"), { credentials: "same-origin" }); if (answer.ok) state = await answer.json(); } catch { /* the next save brings it */ }
  }
  function problem(change, text) {
    const code = change.answers && Object.keys(change.answers)[0];
    const node = code && nodes.get(code);
    if (node) node.said.textContent = text; else failed = text;
  }
  const status = (text, kind) => { saved.textContent = text; saved.className = "saved " + (kind || ""); };

  const saveEntries = (entries) => { Object.assign(state.entries, entries); put({ entries }); };
  const own = (code) => state.items[code];
  const locked = (item) => own(item.code).applies === false || item.summed;
  function saveAnswer(code, changes) {
    const before = own(code);
    const answer = { code: before.answer, na_reason: before.na_reason, page: before.page, note: before.note, option: before.option, verification: before.verification, ...changes };
    if (!answer.code) return;
    Object.assign(before, changes, { answer: answer.code, automatic: false });
    put({ answers: { [code]: answer } });
  }
  function choose(item, code) {
    const it = own(item.code);
    if (locked(item)) return;
    if (code === "na") { picking = { code: item.code, kind: "na" }; show(); return; }
    if (item.sub_volume && code !== "nv" && !it.verification) { picking = { code: item.code, kind: "verification", answer: code }; show(); return; }
    const differs = it.computed != null && code !== (it.computed ? "pass" : "fail");
    if (differs && !it.note) { picking = { code: item.code, kind: "reason", answer: code }; show(); const box = nodes.get(item.code).pick.querySelector("input"); if (box) box.focus(); return; }
    picking = null; saveAnswer(item.code, { code }); advance(item.code);
  }
  function pick(index) {
    const { code, kind, answer } = picking;
    const list = kind === "na" ? layout.na_reasons : layout.verification;
    const option = list[index];
    if (!option) return;
    picking = null;
    if (kind === "na") {
      saveAnswer(code, { code: "na", na_reason: option.code });
      if (option.needs_note) { nodes.get(code).note.focus(); return; }
    } else saveAnswer(code, { code: answer, verification: option.code });
    advance(code);
  }
  function advance(code) {
    const list = items(), from = list.findIndex((one) => one.code === code);
    for (let n = from + 1; n < list.length; n++) if (!locked(list[n]) && !own(list[n].code).answer) { go(n); return; }
    if (from + 1 < list.length) go(from + 1); else { now = from; show(); }
  }
  function go(n) { now = Math.max(0, Math.min(n, items().length - 1)); picking = null; show(); const node = items()[now] && nodes.get(items()[now].code); if (node) { node.box.scrollIntoView({ block: "nearest" }); root.focus({ preventScroll: true }); } }
  function turn(n) { part = Math.max(0, Math.min(n, layout.parts.length - 1)); now = 0; picking = null; try { localStorage.setItem(placeName, part); } catch { /* private window */ } draw(); root.scrollIntoView({ block: "start" }); root.focus({ preventScroll: true }); }

  // ------------------------------------------------------------ drawing
  const nav = element("nav", { "aria-label": words.parts });
  const saved = element("span", { class: "saved", role: "status", "aria-live": "polite" });
  const meter = element("span"), tally = element("span"), left = element("span", { class: "hint" });
  const bar = element("div", { class: "bar" }, tally, element("div", { class: "meter" }, meter), left, saved, element("div", { class: "keys" }));
  bar.lastChild.innerHTML = words.keys;
  const body = element("div");
  root.replaceChildren(nav, element("div", {}, bar, body));

  function draw() {
    nodes.clear();
    const p = layout.parts[part];
    nav.replaceChildren(...layout.parts.map((one, n) => element("button", { type: "button", "aria-current": String(n === part), onclick: () => turn(n) }, element("span", { title: one.title }, (one.number ? one.number + "　" : "") + one.title.split("（")[0]), element("span", { class: "n" }))));
    body.replaceChildren(
      element("h3", {}, (p.number ? words.part.replace("{n}", p.number) + "　" : "") + p.title),
      p.quote ? element("p", { class: "quote" }, p.quote) : "",
      ...p.known.map((one) => element("p", { class: "quote" }, words.known.replace("{name}", one.text).replace("{text}", (one.options.find((o) => o.code === state.entries[one.code]) || { text: "—" }).text))),
      p.fields.length ? group(words.fields, element("div", { class: "grid" }, p.fields.map(field))) : "",
      p.flags.length ? group(words.flags, element("div", { class: "flags" }, p.flags.map(flag)), rest(p)) : "",
      p.dates.length || p.amounts.length ? group(words.dates, element("div", { class: "grid" }, p.dates.map(day), p.amounts.map(amount))) : "",
      p.has_periods ? group(words.periods, periods()) : "",
      ...p.items.map(card),
      element("div", { class: "moves" },
        element("button", { class: "quiet", type: "button", onclick: () => turn(part - 1) }, words.previous),
        element("button", { class: "quiet", type: "button", onclick: () => turn(part + 1) }, words.next)));
    show();
  }
  const group = (title, ...children) => element("fieldset", {}, element("legend", {}, title), ...children);
  function field(one) {
    const box = element("select", { onchange: (event) => saveEntries({ [one.code]: event.target.value || null }) }, element("option", { value: "" }, words.choose), one.options.map((o) => element("option", { value: o.code }, o.text)));
    box.value = state.entries[one.code] || "";
    return element("label", { class: "f" }, one.text, one.required ? element("span", { class: "must" }, " *") : "", box);
  }
  function flag(one) {
    const set = (value) => () => { saveEntries({ [one.code]: state.entries[one.code] === value ? null : value }); };
    const yes = element("button", { type: "button", onclick: set(true) }, words.yes), no = element("button", { type: "button", onclick: set(false) }, words.no);
    nodes.set(one.code, { refresh: () => { yes.setAttribute("aria-pressed", String(state.entries[one.code] === true)); no.setAttribute("aria-pressed", String(state.entries[one.code] === false)); } });
    return element("div", { class: "flag" }, element("span", {}, one.text), element("span", { class: "seg", role: "group", "aria-label": one.text }, yes, no));
  }
  const rest = (p) => element("p", { style: "margin:.45rem 0 0" }, element("button", { class: "quiet", type: "button", onclick: () => {
    const entries = {};
    for (const one of p.flags) if (state.entries[one.code] == null) entries[one.code] = false;
    if (Object.keys(entries).length) saveEntries(entries);
    root.focus({ preventScroll: true });
  } }, words.rest));
  function day(one) {
    const box = element("input", { type: "text", inputmode: "numeric", autocomplete: "off", value: written(one.kind, state.entries[one.code]), placeholder: one.kind === "moment" ? "20170105 09:30" : one.kind === "days" ? "20170601 20171130" : "20170105" });
    box.addEventListener("change", () => {
      const value = box.value.trim() ? READERS[one.kind](box.value) : null;
      const bad = value === null && box.value.trim() !== "";
      box.classList.toggle("bad", bad); box.setAttribute("aria-invalid", String(bad));
      failed = bad ? words.bad_date.replace("{name}", one.text) : "";
      if (bad) { show(); return; }
      box.value = written(one.kind, value); saveEntries({ [one.code]: value });
    });
    return element("label", { class: "f" }, one.text, box);
  }
  function amount(one) {
    const box = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", value: state.entries[one.code] || "", placeholder: words.yuan });
    box.addEventListener("change", () => {
      const plain = box.value.replace(/[,，\s]/g, ""), bad = plain !== "" && !/^\d+(\.\d{1,2})?$/.test(plain);
      box.classList.toggle("bad", bad);
      if (!bad) saveEntries({ [one.code]: plain || null });
    });
    return element("label", { class: "f" }, one.text, box);
  }
  function periods() {
    const box = element("div", { class: "periods" });
    let rows = (state.entries.excluded_periods || []).map((row) => ({ ...row }));
    const paint = () => {
      box.replaceChildren(...rows.map((row, n) => {
        const input = (name, hint, read) => element("input", { type: "text", value: row[name] || "", placeholder: hint, "aria-label": hint, onchange: (event) => { const value = read ? read(event.target.value) : event.target.value; event.target.classList.toggle("bad", value === null); row[name] = value; if (value !== null && read) event.target.value = value; store(); } });
        const reason = element("select", { "aria-label": words.reason, onchange: (event) => { row.reason = event.target.value; store(); } }, element("option", { value: "" }, words.reason), layout.period_reasons.map((o) => element("option", { value: o.code }, o.text)));
        reason.value = row.reason || "";
        return element("div", {}, input("start", words.from, readDay), input("end", words.to, readDay), reason, input("page", words.page), element("button", { class: "quiet", type: "button", onclick: () => { rows.splice(n, 1); store(true); paint(); } }, words.remove));
      }), element("button", { class: "quiet", type: "button", onclick: () => { rows.push({}); paint(); } }, words.add_period));
    };
    const store = (always) => { const whole = rows.every((row) => row.start && row.end && row.end >= row.start && row.reason); if (whole || always) saveEntries({ excluded_periods: rows.filter((row) => row.start && row.end && row.reason) }); };
    paint();
    return box;
  }
  function card(item, n) {
    const buttons = layout.answers.map((one) => element("button", { type: "button", class: "ans " + one.code, onclick: () => { now = n; choose(item, one.code); } }, element("i", {}, one.key), one.text));
    const page = element("input", { class: "page", type: "text", placeholder: words.page, "aria-label": words.page, onchange: () => saveAnswer(item.code, { page: page.value.trim() }) });
    const note = element("input", { class: "note", type: "text", placeholder: words.note, "aria-label": words.note, onchange: () => saveAnswer(item.code, { note: note.value.trim() }) });
    const sum = element("div", { class: "sum" }), pick_ = element("div", { class: "pick", hidden: true }), said = element("div", { class: "problem", role: "alert" });
    const option = item.options.length ? element("select", { "aria-label": words.option, onchange: () => saveAnswer(item.code, { option: option.value }) }, element("option", { value: "" }, words.option), item.options.map((text) => element("option", { value: text }, text))) : null;
    const hint = element("span", { class: "hint" });
    const box = element("section", { class: "item", "aria-label": item.code + " " + item.text, onclick: () => { if (now !== n) { now = n; show(); } } },
      element("div", { class: "head" }, element("span", { class: "code" }, item.code), element("span", { class: "text" }, item.text, item.sub_volume ? element("span", { class: "hint" }, "　" + words.sub_volume) : ""), element("span", { class: "sev " + item.severity, title: words.severity }, item.severity)),
      element("p", { class: "rule" }, item.rule + (item.captures ? "　" + words.capture + item.captures : ""), item.note ? element("span", { title: item.note }, "　" + words.remark + item.note) : ""),
      element("div", { class: "row" }, buttons, page, note, hint), option, sum, pick_, said);
    nodes.set(item.code, { box, note, page, pick: pick_, said, refresh: () => refresh(item, n, { box, buttons, page, note, sum, pick: pick_, option, hint, said }) });
    return box;
  }
  function refresh(item, n, at) {
    const it = own(item.code);
    at.box.className = "item" + (n === now ? " now" : "") + (it.applies === false ? " off" : it.answer ? " done " + it.answer : "");
    at.box.setAttribute("aria-current", String(n === now));
    at.buttons.forEach((button, k) => {
      const on = it.answer === layout.answers[k].code;
      button.setAttribute("aria-pressed", String(on)); button.classList.toggle("auto", on && it.automatic); button.disabled = locked(item);
    });
    const active = root.getRootNode().activeElement;
    if (active !== at.page) at.page.value = it.page;
    if (active !== at.note) at.note.value = it.note;
    at.page.hidden = at.note.hidden = it.applies === false;
    if (at.option) { at.option.value = it.option; at.option.hidden = it.applies === false; }
    const reason = layout.na_reasons.find((one) => one.code === it.na_reason), slip = layout.verification.find((one) => one.code === it.verification);
    at.hint.textContent = it.applies === false ? words.by_rule : item.summed ? words.summed : it.answer === "na" && reason ? reason.text : slip && it.answer !== "nv" ? slip.text : it.automatic ? words.computed : "";
    at.sum.textContent = it.sum; at.sum.classList.toggle("late", it.computed === false);
    const mine = picking && picking.code === item.code;
    at.pick.hidden = !mine;
    if (!mine) { at.pick.replaceChildren(); return; }
    if (at.pick.childElementCount) return;
    if (picking.kind === "reason") {
      const why = element("input", { type: "text", placeholder: words.why, "aria-label": words.why });
      why.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Escape") { picking = null; show(); root.focus(); }
        if (event.key === "Enter" && why.value.trim()) { const code = picking.answer; picking = null; saveAnswer(item.code, { code, note: why.value.trim() }); advance(item.code); }
      });
      at.pick.replaceChildren(words.differs, why);
      return;
    }
    const list = picking.kind === "na" ? layout.na_reasons : layout.verification;
    at.pick.replaceChildren(picking.kind === "na" ? words.why_na : words.how_verified, ...list.map((one, k) => element("button", { class: "quiet", type: "button", onclick: (event) => { event.stopPropagation(); pick(k); } }, `${k + 1} ${one.text}`)));
  }
  function show() {
    for (const node of nodes.values()) node.refresh();
    const share = state.n_items ? state.n_answered / state.n_items : 0;
    meter.style.width = (100 * share).toFixed(1) + "%";
    tally.textContent = words.tally.replace("{a}", state.n_answered).replace("{b}", state.n_items);
    left.textContent = state.missing.length ? words.missing.replace("{n}", state.missing.length) : words.complete;
    [...nav.children].forEach((button, n) => {
      const one = layout.parts[n], mark = button.lastChild;
      const open = one.number ? one.items.filter((item) => !own(item.code).answer).length : one.fields.filter((f) => f.required && !state.entries[f.code]).length;
      mark.textContent = open ? String(open) : "✓"; mark.className = open ? "n" : "n done";
    });
    if (failed) status(failed, "bad"); else if (outbox.length) status(words.saving.replace("{n}", outbox.length), "busy"); else status(words.saved);
  }

  // ------------------------------------------------------------ keyboard
  function onKey(event) {
    const target = event.composedPath()[0];
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName || "");
    if (typing) { if (event.key === "Escape" || (event.key === "Enter" && target.tagName === "INPUT")) { target.blur(); root.focus({ preventScroll: true }); event.preventDefault(); } return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = items()[now], digit = "123456789".indexOf(event.key);
    let used = true;
    if (picking && digit >= 0 && picking.kind !== "reason") pick(digit);
    else if (picking && event.key === "Escape") { picking = null; show(); }
    else if (event.key === "ArrowDown" || event.key === "j") go(now + 1);
    else if (event.key === "ArrowUp" || event.key === "k") go(now - 1);
    else if (event.key === "]" || event.key === "PageDown") turn(part + 1);
    else if (event.key === "[" || event.key === "PageUp") turn(part - 1);
    else if (event.key === "f") { const first = body.querySelector("fieldset select, fieldset button, fieldset input"); if (first) first.focus(); }
    else if (event.key === "x") { const rest_ = body.querySelector(".flags + p button"); if (rest_) rest_.click(); }
    else if (item && digit >= 0 && digit < layout.answers.length) { if (!locked(item)) choose(item, layout.answers[digit].code); else go(now + 1); }
    else if (item && event.key === "p") nodes.get(item.code).page.focus();
    else if (item && event.key === "n") nodes.get(item.code).note.focus();
    else used = false;
    if (used) { event.preventDefault(); event.stopPropagation(); }
  }
  const onLeave = (event) => { if (outbox.length) { event.preventDefault(); event.returnValue = ""; } };
  root.tabIndex = 0;
  root.addEventListener("keydown", onKey);
  window.addEventListener("beforeunload", onLeave);
  window.addEventListener("online", send);
  draw(); send(); root.focus({ preventScroll: true });
  return {
    key: data.key,
    receive: (fresh) => { if (!outbox.length && fresh.revision >= state.revision) { state = fresh; show(); } },
    leave: () => { alive = false; clearTimeout(timer); root.removeEventListener("keydown", onKey); window.removeEventListener("beforeunload", onLeave); window.removeEventListener("online", send); root.form = null; },
  };
}
