"use strict";
// Sorting and filtering of tables, and unfolding for print. Without this script the page says the same.
(() => {
  const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();

  const sort = (table, header) => {
    const column = header.cellIndex;
    const numbers = header.classList.contains("n");
    const down = header.getAttribute("aria-sort") === "ascending";
    const compare = (one, other) => {
      const [a, b] = [key(one, column), key(other, column)];
      if (a === "" || b === "") return (a === "") - (b === ""); // what is not known comes last, both ways
      const order = numbers ? Number(a) - Number(b) : a.localeCompare(b, "en", { numeric: true });
      return down ? -order : order;
    };
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const header of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sort(table, header));
      header.append(button);
    }
  }

  for (const tools of document.querySelectorAll("[data-filters]")) {
    const table = document.getElementById(tools.dataset.filters);
    const rows = [...table.tBodies[0].rows];
    const find = tools.querySelector("[data-find]");
    const choices = [...tools.querySelectorAll("[data-column]")];
    const filter = () => {
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        const fits =
          words.every((word) => text.includes(word)) &&
          choices.every((choice) => choice.value === "" || row.dataset[choice.dataset.column] === choice.value);
        row.hidden = !fits;
        shown += fits;
      }
      const all = shown === rows.length;
      table.tFoot.hidden = !all; // its sums are of all
      tools.querySelector("output").value = all ? "" : `${shown} of ${rows.length} lots`;
    };
    tools.addEventListener("input", filter);
    tools.hidden = false;
  }

  for (const slider of document.querySelectorAll("[data-slider]")) {
    const rows = [...document.getElementById(slider.dataset.slider).tBodies[0].rows];
    const range = slider.querySelector("input");
    const show = () => {
      const chosen = rows[range.value];
      for (const row of rows) row.classList.toggle("best", row === chosen);
      slider.querySelector("output").value = chosen.dataset.said;
      range.setAttribute("aria-valuetext", chosen.cells[0].textContent.trim());
    };
    range.addEventListener("input", show);
    slider.querySelector(".slide").hidden = false;
    show();
  }

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open], .aside)")];
    for (const part of folded) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
  });
})();
