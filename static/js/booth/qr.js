// Draws a QR as SVG, black on white with the four modules of quiet zone that ISO/IEC 18004 asks for.

import { correction, generate } from "../../vendor/lean-qr/index.js";

const QUIET = 4;

export function drawQr(svg, text) {
  const code = generate(text, { minCorrectionLevel: correction.M });
  let path = "";
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  }
  svg.setAttribute("viewBox", `0 0 ${code.size + 2 * QUIET} ${code.size + 2 * QUIET}`);
  svg.querySelector("path").setAttribute("d", path);
}
