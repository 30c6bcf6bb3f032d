/** Colours of both themes. Sequential and diverging ramps rise evenly in lightness; categories follow Okabe and Ito. */

export interface Theme {
  paper: string;
  raised: string;
  ink: string;
  muted: string;
  rule: string;
  accent: string;
  mark: string;
  faint: string;
  hatch: string;
  hatchBack: string;
  sequential: string[];
  diverging: string[];
  categories: string[];
}

const light: Theme = {
  paper: "#ffffff",
  raised: "#ffffff",
  ink: "#1c2730",
  muted: "#5b6770",
  rule: "#dfe3e3",
  accent: "#14607a",
  mark: "#b8431f",
  faint: "#8f9aa1",
  hatch: "#b9c0c2",
  hatchBack: "#f3f4f2",
  sequential: ["#e4f0ef", "#b3d6d8", "#74b0bb", "#32829a", "#0e5170"],
  diverging: ["#a6541a", "#e0b07a", "#f1efe8", "#8cbcc4", "#14607a"],
  categories: ["#0072b2", "#d55e00", "#009e73", "#b5588e", "#a87b00", "#3c93c9", "#7a4b2a", "#4b6a88"],
};

const dark: Theme = {
  paper: "#171d22",
  raised: "#232b31",
  ink: "#e6e9e8",
  muted: "#a3adb2",
  rule: "#333d44",
  accent: "#6db8cf",
  mark: "#f08a5d",
  faint: "#78858d",
  hatch: "#4b575f",
  hatchBack: "#1d252a",
  sequential: ["#1d3a44", "#22566a", "#2f7b93", "#62aabb", "#bfe4e6"],
  diverging: ["#f0a467", "#a36a3d", "#333a3d", "#3f7f90", "#8fd0e0"],
  categories: ["#56b4e9", "#f0894a", "#2fc79d", "#e29cc4", "#e8bd3c", "#9ad3f5", "#c99a78", "#9fb6cc"],
};

export const theme = (isDark: boolean): Theme => (isDark ? dark : light);

export const fonts =
  '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","WenQuanYi Micro Hei","Segoe UI",Helvetica,Arial,sans-serif';

export const symbols = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond"];
export const dashes: (string | number[])[] = ["solid", [6, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2], [1, 2], [14, 3, 3, 3]];

/** The look of the i-th of several kinds, told apart by colour, symbol and dash. */
export const kind = <T>(looks: T[], i: number): T => looks[i % looks.length]!;

/** `n` colours spread over a ramp. */
export function ramp(colours: string[], n: number): string[] {
  if (n === 1) return [colours[Math.floor(colours.length / 2)] ?? "#888"];
  return Array.from({ length: n }, (_, i) => {
    const at = (i * (colours.length - 1)) / (n - 1);
    const a = Math.floor(at);
    return mix(colours[a] ?? "#888", colours[Math.min(a + 1, colours.length - 1)] ?? "#888", at - a);
  });
}

const channels = (hex: string): number[] => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

function mix(a: string, b: string, t: number): string {
  const [x, y] = [channels(a), channels(b)];
  return "#" + x.map((v, i) => Math.round(v + ((y[i] ?? 0) - v) * t).toString(16).padStart(2, "0")).join("");
}

/** Black or white, whichever reads better on a colour (WCAG relative luminance). */
export function inkOn(colour: string): string {
  const [r, g, b] = channels(colour).map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#10181d" : "#ffffff";
}
