/** A figure as one picture to pass on: caption above, source below; and the saving of files. */

import { theme } from "./theme";

const MARGIN = 32;

export async function compose(picture: HTMLCanvasElement, caption: string, source: string, dark: boolean): Promise<Blob | null> {
  const look = theme(dark);
  const family = getComputedStyle(document.body).fontFamily;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d")!;
  canvas.width = picture.width + 2 * MARGIN;
  pen.font = `24px ${family}`;
  const foot = wrap(pen, source, picture.width);
  canvas.height = picture.height + 150 + 34 * foot.length;
  pen.fillStyle = look.paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = look.ink;
  pen.font = `600 32px ${family}`;
  pen.fillText(caption, MARGIN, 60, picture.width);
  pen.drawImage(picture, MARGIN, 92);
  pen.fillStyle = look.muted;
  pen.font = `24px ${family}`;
  foot.forEach((line, i) => pen.fillText(line, MARGIN, picture.height + 136 + 34 * i));
  return new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
}

function wrap(pen: CanvasRenderingContext2D, text: string, width: number): string[] {
  const found = [""];
  for (const c of text) {
    const line = found[found.length - 1]! + c;
    if (pen.measureText(line).width > width) found.push(c);
    else found[found.length - 1] = line;
  }
  return found;
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
