// How time is taken: contenders take turns, round by round, so that a busy moment of the machine meets
// all of them; the fastest round counts, as what disturbs a round only ever makes it slower.

/** Runs each contender over the corpus: seconds for one pass, and how many inputs it called invalid. */
export function throughput(corpus, contenders, { rounds }) {
  const results = contenders.map(({ name, input, run, passes }) => ({
    name,
    invalid: passes && corpus[input].filter((one) => !isValid(one, run, passes)).length, // Warms up, too.
    times: [],
  }));
  for (let round = 0; round < rounds; round++) {
    contenders.forEach(({ input, run }, index) => {
      const start = performance.now();
      pass(corpus[input], run);
      results[index].times.push((performance.now() - start) / 1000);
    });
  }
  return results.map(({ name, times, invalid }) => {
    const seconds = Math.min(...times);
    return { name, seconds, invalid, rate: corpus.size / 1e6 / seconds, perSecond: corpus.bytes.length / seconds };
  });
}

function isValid(input, run, passes) {
  try {
    return passes(run(input));
  } catch {
    return false;
  }
}

function pass(inputs, run) {
  for (const input of inputs) {
    try {
      run(input);
    } catch {
      // Some validators report by throwing.
    }
  }
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
