// Turns what a terminal shows into a picture: tmux capture-pane -p | node scripts/terminal-picture.js > docs/pictures/terminal.svg
import { readFileSync } from 'node:fs';

const LINE_HEIGHT = 20;
const CHARACTER_WIDTH = 8.4;
const MARGIN = 18;

const lines = readFileSync(0, 'utf8').replace(/\s+$/, '').split('\n');
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER_WIDTH + 2 * MARGIN);
const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const rows = lines.map((line, index) => {
  const y = MARGIN + index * LINE_HEIGHT + 14;
  const fill = line.startsWith('$ ') ? '#e6edf3' : '#9fb3c8';
  return `  <text x="${MARGIN}" y="${y}" fill="${fill}" textLength="${(line.length * CHARACTER_WIDTH).toFixed(1)}">${escapeXml(line)}</text>`;
});
console.log(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="tts in a terminal">
  <rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
  <g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
${rows.filter((row) => !row.includes('textLength="0.0"')).join('\n')}
  </g>
</svg>`);
