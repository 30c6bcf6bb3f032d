/** The year slider with its play button; the browser's own range input answers to the arrow keys. */

export function player(root: HTMLElement, titles: (at: number) => string, onFrame: (at: number) => void): () => void {
  const button = root.querySelector<HTMLButtonElement>("button")!;
  const slider = root.querySelector<HTMLInputElement>("input")!;
  const output = root.querySelector<HTMLOutputElement>("output")!;
  let timer = 0;

  function show(): void {
    output.textContent = titles(slider.valueAsNumber);
    slider.setAttribute("aria-valuetext", output.textContent);
  }
  function stop(): void {
    window.clearInterval(timer);
    timer = 0;
    button.setAttribute("aria-pressed", "false");
  }
  function move(at: number): void {
    slider.value = String(at);
    show();
    onFrame(at);
  }
  slider.addEventListener("input", () => {
    stop();
    move(slider.valueAsNumber);
  });
  button.addEventListener("click", () => {
    if (timer) return stop();
    const last = Number(slider.max);
    if (slider.valueAsNumber === last) move(0);
    button.setAttribute("aria-pressed", "true");
    timer = window.setInterval(() => {
      move(slider.valueAsNumber + 1);
      if (slider.valueAsNumber === last) stop();
    }, 800);
  });
  show();
  return show;
}
