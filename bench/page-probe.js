// Runs in the page that is measured, from before its first script on.

const seen = { lcpMs: 0, cls: 0, tasks: [] };

/** A stretch each frame to the end of the page, waiting there for what is still asked for. */
function scrollToEnd(stepPx) {
  const frameMs = [];
  const firstTask = seen.tasks.length;
  return new Promise((resolve) => {
    let lastMs = performance.now();
    const step = (nowMs) => {
      frameMs.push(nowMs - lastMs);
      lastMs = nowMs;
      const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
      // Minus one while older ones may follow.
      const jobs = Number(document.querySelector('[aria-setsize]')?.getAttribute('aria-setsize'));
      if (isAtEnd && jobs > 0) {
        const tasks = seen.tasks.slice(firstTask).map(({ duration }) => duration);
        return resolve({ frameMs, jobs, longestTaskMs: Math.max(0, ...tasks) });
      }
      scrollBy(0, stepPx);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

function readLoad() {
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return { ...seen, fcpMs: paint.startTime };
}

function watch(type, note) {
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
}

watch('largest-contentful-paint', ({ startTime }) => {
  seen.lcpMs = startTime;
});
watch('layout-shift', ({ value }) => {
  seen.cls += value;
});
watch('longtask', ({ startTime, duration }) => {
  seen.tasks.push({ startTime, duration });
});
globalThis.probe = { readLoad, scrollToEnd };
