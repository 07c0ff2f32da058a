// Many who ask the same thing within a moment get one answer: five hundred followers of a job cost one look at it.

export class AskTogether<Answer> {
  readonly #lifeMs: number;
  readonly #answers = new Map<string, Promise<Answer>>();

  /** No answer is older than `lifeMs`. */
  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** The answer that somebody else was just given to the same question, else what `ask` answers. */
  get(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const asked = ask();
    this.#answers.set(question, asked);
    setTimeout(() => this.#forget(question, asked), this.#lifeMs).unref();
    return asked;
  }

  /** It has changed: whoever asks from now on must not be told what it was. */
  forget(question: string): void {
    this.#answers.delete(question);
  }

  forgetAll(): void {
    this.#answers.clear();
  }

  #forget(question: string, asked: Promise<Answer>): void {
    if (this.#answers.get(question) === asked) this.#answers.delete(question);
  }
}
