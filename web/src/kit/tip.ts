/** One tooltip for the page's maps, and the element that ECharts shows in its own. */

export function lines(title: string, rows: { colour?: string; name?: string; value: string }[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "tip-body";
  const head = box.appendChild(document.createElement("strong"));
  head.textContent = title;
  for (const row of rows) {
    const line = box.appendChild(document.createElement("div"));
    if (row.colour) {
      const dot = line.appendChild(document.createElement("i"));
      dot.style.background = row.colour;
    }
    if (row.name) line.appendChild(document.createElement("span")).textContent = row.name;
    line.appendChild(document.createElement("b")).textContent = row.value;
  }
  return box;
}

let tip: HTMLElement | null = null;

export function showTip(target: Element, body: HTMLElement): void {
  if (!tip) {
    tip = document.createElement("div");
    tip.className = "tip";
    tip.setAttribute("aria-hidden", "true");
    document.body.appendChild(tip);
  }
  tip.replaceChildren(body);
  tip.hidden = false;
  const at = target.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left + at.width / 2 - size.width / 2), window.innerWidth - size.width - 8);
  const above = at.top - size.height - 8;
  tip.style.left = `${left + window.scrollX}px`;
  tip.style.top = `${(above > 8 ? above : at.bottom + 8) + window.scrollY}px`;
}

export function hideTip(): void {
  if (tip) tip.hidden = true;
}
