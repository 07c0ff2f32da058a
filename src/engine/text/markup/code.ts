// Where a text shows code, as Markdown marks it: between fences of backticks, or between backticks within a line.

const fence = /^[ \t]{0,3}```[^\n]*$/gm;
/** A backtick behind a letter is an apostrophe. */
const inline = /(?<![\p{L}\p{N}`])(`{1,2})(?!`)[^`\n]{1,200}\1(?!`)/gu;

/** Tells of each position, asked in rising order, whether it is in code. A fence that is not closed reaches to the end. */
export function followCode(text: string): (position: number) => boolean {
  const ranges = text.includes('`') ? findCode(text) : [];
  let next = 0;
  let codeEnd = 0;
  return (position) => {
    for (; next < ranges.length && ranges[next]!.start <= position; next++)
      codeEnd = Math.max(codeEnd, ranges[next]!.end);
    return position < codeEnd;
  };
}

/** By their starts. */
function findCode(text: string): { start: number; end: number }[] {
  const ranges = [...text.matchAll(inline)].map(({ 0: code, index }) => ({
    start: index,
    end: index + code.length,
  }));
  const fences = [...text.matchAll(fence)];
  for (let at = 0; at < fences.length; at += 2) {
    const closing = fences[at + 1];
    const end = closing === undefined ? text.length : closing.index + closing[0].length;
    ranges.push({ start: fences[at]!.index, end });
  }
  return ranges.sort((a, b) => a.start - b.start);
}
