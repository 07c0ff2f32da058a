// The blend syntax: several speakers of one model mixed by weight, as in `af_heart*0.6+af_bella*0.4`.

export interface BlendPart {
  name: string;
  /** Share of the whole; those of a blend add up to 1. */
  weight: number;
}

const PART = /^([^*+]+?)(?:\*(\d{1,4}(?:\.\d{1,6})?|\.\d{1,6}))?$/;

/** A plain name is a blend of one. Throws naming the part that is wrong; a part without a weight counts 1. */
export function parseBlend(text: string): BlendPart[] {
  const parts = text.split('+').map((part) => {
    const [, name, weight = '1'] = PART.exec(part.trim()) ?? [];
    if (name === undefined || Number(weight) === 0)
      throw new Error(
        `${JSON.stringify(part)} is no part of a blend; write a voice and a weight above 0, such as af_heart*0.6+af_bella*0.4`,
      );
    return { name: name.trim(), weight: Number(weight) };
  });
  const sum = parts.reduce((total, { weight }) => total + weight, 0);
  return parts.map(({ name, weight }) => ({ name, weight: weight / sum }));
}
