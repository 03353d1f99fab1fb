// Filters of the tables with a column for each vendor.

for (const controls of document.querySelectorAll("form.controls")) {
  const rows = [...document.querySelectorAll(`table.support[data-record="${controls.dataset.for}"] tr[data-field]`)];
  const searched = new Map(rows.map((row) => [row, row.dataset.field + " " + row.cells[2].textContent.toLowerCase()]));
  const said = (cell) => (cell.querySelector("summary") ?? cell).textContent;

  const narrow = () => {
    const words = controls.field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const vendors = new Set([...controls.querySelectorAll("[name=vendor]:checked")].map((box) => box.value));
    let shown = 0;
    for (const row of rows) {
      const cells = [...row.querySelectorAll("td[data-vendor]")].filter((cell) => vendors.has(cell.dataset.vendor));
      const differs = new Set(cells.map(said)).size > 1;
      row.hidden = !words.every((word) => searched.get(row).includes(word)) || (controls.differing.checked && !differs);
      shown += row.hidden ? 0 : 1;
    }
    for (const group of controls.parentElement.querySelectorAll(".group")) {
      group.hidden = !group.querySelector("tr[data-field]:not([hidden])");
    }
    for (const cell of controls.parentElement.querySelectorAll(".group [data-vendor]")) {
      cell.hidden = !vendors.has(cell.dataset.vendor);
    }
    controls.querySelector("output").value = shown === rows.length ? "" : `${shown} of ${rows.length} fields`;
  };

  controls.addEventListener("input", narrow);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.open.addEventListener("change", () => {
    for (const cell of controls.parentElement.querySelectorAll("details.cell")) cell.open = controls.open.checked;
  });
  controls.hidden = false;
  // Apply the choices that the browser may have restored after a reload.
  narrow();
}

const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
  target?.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();
