// How time is taken: contenders take turns, round by round, so that a busy moment of the machine meets
// all of them; the fastest round counts, as what disturbs a round only ever makes it slower.

/** Runs each contender over the corpus: seconds for one pass, and how many inputs it threw on. */
export function throughput(corpus, contenders, { rounds, warm = 1 }) {
  const results = contenders.map((contender) => ({ name: contender.name, times: [], threw: 0 }));
  for (let round = -warm; round < rounds; round++) {
    contenders.forEach((contender, index) => {
      const start = performance.now();
      const threw = pass(corpus[contender.input], contender.run);
      if (round < 0) return;
      results[index].times.push((performance.now() - start) / 1000);
      results[index].threw = threw;
    });
  }
  return results.map(({ name, times, threw }) => {
    const seconds = Math.min(...times);
    return { name, seconds, threw, rate: corpus.size / 1e6 / seconds, perSecond: corpus.bytes.length / seconds };
  });
}

function pass(inputs, run) {
  let threw = 0;
  for (const input of inputs) {
    try {
      run(input);
    } catch {
      threw++; // Some validators report by throwing.
    }
  }
  return threw;
}

/** Milliseconds that `work` takes, once for each round. */
export async function timed(rounds, work) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
