// Asks the daemon many things of one kind without asking all of them at once.

/** A browser keeps six connections to a server, and some of them are for events and sound. */
const AT_ONCE = 3;

/** Resolves when `act` is done with all; what it throws is its own business. */
export async function doForEach<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items].reverse();
  const work = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
