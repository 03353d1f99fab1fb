// The controls of the tables with a column for each vendor: a filter of the fields, the vendors that are shown, the first column, and
// a comparison of two vendors. The address contains the choices, so that a link to the address shows the same table.

for (const controls of $$("form.controls")) {
  const section = controls.parentElement, { field, first, second, differing, open } = controls.elements;
  const boxes = $$("[name=vendor]", controls), [fieldset, output, move] = ["fieldset", "output", "a.move"].map((name) => $(name, controls));
  const rows = $$("tr[data-field]", section), cells = $$("[data-vendor]", section);
  const searched = new Map(rows.map((row) => [row, `${row.dataset.field} ${$(".meaning", row)?.textContent ?? ""}`.toLowerCase()]));
  const said = (cell) => ($("summary", cell) ?? cell).textContent;
  // Each row, and the list of requests, with its children in the order of the page.
  const lines = new Map(cells.map((cell) => cell.parentElement).map((line) => [line, [...line.children]]));

  // Vendors with the same capabilities share a column, whose name lists these vendors.
  const names = (column) => column.split(", ");
  const column = (name) => boxes.map((box) => box.value).find((value) => value === name || names(value).includes(name)) ?? "";

  const read = () => {
    const query = new URLSearchParams(location.search);
    const chosen = query.getAll("vendor").map(column);
    for (const box of boxes) box.checked = query.get("vendor") === "" || chosen.some(Boolean) ? chosen.includes(box.value) : true;
    [first.value, second.value] = [column(query.get("first")), column(query.get("second"))];
    field.value = query.get("field") ?? "";
    differing.checked = query.has("differing");
    if (open) open.checked = false;
  };

  const write = () => {
    const query = new URLSearchParams(), kept = boxes.filter((box) => box.checked).map((box) => box.value);
    if (kept.length < boxes.length) for (const vendor of kept.length > 0 ? kept : [""]) query.append("vendor", vendor);
    if (first.value) query.set("first", first.value);
    // The links to the other tables contain the chosen vendors and the first column.
    for (const link of $$("a[href^='/docs/fields/'], a[href^='/docs/examples/']")) link.search = query;
    if (second.value) query.set("second", second.value);
    if (field.value) query.set("field", field.value);
    if (differing.checked) query.set("differing", "");
    const search = String(query);
    history.replaceState(history.state, "", location.pathname + (search && `?${search}`) + location.hash);
  };

  // The first column is always shown, and no vendor is compared with itself.
  const settle = () => {
    if (!first.value || first.value === second.value) second.value = "";
    second.disabled = !first.value;
    for (const choice of second.options) choice.disabled = choice.value !== "" && choice.value === first.value;
    for (const box of boxes) {
      box.disabled = box.value === first.value;
      box.checked ||= box.disabled;
    }
    fieldset.disabled = differing.disabled = second.value !== "";
  };

  let front = [];
  const arrange = () => {
    const wanted = [first.value, second.value].filter(Boolean);
    if (String(wanted) === String(front)) return;
    front = wanted;
    for (const [line, [heading, ...others]] of lines) {
      const ahead = front.flatMap((vendor) => others.filter((cell) => cell.dataset.vendor === vendor));
      line.append(heading, ...ahead, ...others.filter((cell) => !ahead.includes(cell)));
      for (const cell of others) cell.classList.toggle("pinned", cell.dataset.vendor === first.value);
    }
  };

  const show = () => {
    settle();
    arrange();
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean), compared = second.value !== "";
    const vendors = new Set(compared ? front : boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const row of rows) {
      const there = $$("td[data-vendor]", row).filter((cell) => vendors.has(cell.dataset.vendor));
      const differs = new Set(there.map(said)).size > 1;
      row.hidden = !words.every((word) => searched.get(row).includes(word)) || ((compared || differing.checked) && !differs);
      shown += row.hidden ? 0 : 1;
    }
    for (const cell of cells) cell.hidden = !vendors.has(cell.dataset.vendor);
    for (const group of $$(".group", section)) group.hidden = !$("tr[data-field]:not([hidden])", group);
    output.value = compared ? `${shown} of ${rows.length} fields differ` : shown < rows.length ? `${shown} of ${rows.length} fields` : "";
    if (move) {
      const [from, to] = front.map((vendor) => names(vendor)[0]);
      move.hidden = !compared;
      move.pathname = compared ? `/docs/moving/${from}/${to}` : "/docs/moving";
      move.textContent = compared ? `Moving from ${from} to ${to}` : "Moving between vendors";
    }
    write();
  };

  controls.addEventListener("input", show);
  controls.addEventListener("submit", (event) => event.preventDefault());
  open?.addEventListener("change", () => { for (const cell of $$("details.cell", section)) cell.open = open.checked; });
  for (const button of $$("[data-choose]", controls)) {
    button.addEventListener("click", () => {
      for (const box of boxes) box.checked = button.dataset.choose === "all";
      show();
    });
  }
  controls.hidden = false;
  read();
  show();
}

const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
  target?.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();
