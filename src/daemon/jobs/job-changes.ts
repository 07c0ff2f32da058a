// Tells who listens that a job may have changed; what it is now is asked of the jobs themselves.
import { EventEmitter } from 'node:events';

const ANY = Symbol('any job');

export class JobChanges {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  emit(id: string): void {
    this.#emitter.emit(id);
    this.#emitter.emit(ANY, id);
  }

  /** Calls `listener` after each change of the job until the returned function is called. */
  on(id: string, listener: () => void): () => void {
    this.#emitter.on(id, listener);
    return () => this.#emitter.off(id, listener);
  }

  /** The same of all jobs. */
  onAny(listener: (id: string) => void): () => void {
    this.#emitter.on(ANY, listener);
    return () => this.#emitter.off(ANY, listener);
  }
}
