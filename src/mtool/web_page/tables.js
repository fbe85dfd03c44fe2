
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const language = document.documentElement.lang;
  const valueOf = (row, at) => row.cells[at].dataset.sort ?? row.cells[at].textContent.trim();
  const compare = (a, b) => {
    if (a === "" || b === "") return (a === "") - (b === "");
    const [x, y] = [Number(a), Number(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, language) : x - y;
  };
  Array.from(table.tHead.rows[0].cells).forEach((header, at) => {
    if (header.tagName !== "TH") return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const down = header.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sorted = rows.slice().sort((a, b) => {
        const [x, y] = [valueOf(a, at), valueOf(b, at)];
        return x === "" || y === "" ? compare(x, y) : (down ? -1 : 1) * compare(x, y);
      });
      body.append(...sorted);
    });
  });
  const bar = document.createElement("div");
  bar.className = "filter";
  const label = document.createElement("label");
  const input = document.createElement("input");
  const status = document.createElement("span");
  input.type = "search";
  input.id = table.id + "-filter";
  label.htmlFor = input.id;
  label.textContent = table.dataset.filter;
  status.setAttribute("role", "status");
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase(language);
  const texts = rows.map((row) => fold(row.textContent));
  const show = () => {
    const wanted = fold(input.value.trim()).split(/\s+/);
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden = !wanted.every((word) => texts[at].includes(word));
      shown += !row.hidden;
    });
    status.textContent = `${table.dataset.count}: ${shown} / ${rows.length}`;
  };
  input.addEventListener("input", show);
  bar.append(label, input, status);
  table.parentElement.before(bar);
  show();
}
