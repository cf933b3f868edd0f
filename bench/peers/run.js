// So many callers ask for runs, each for its next one when it has its answer, for so long.
import http from "k6/http";
import { Counter } from "k6/metrics";

const wanted = Number(__ENV.WANTED || 200);
const answered = new Counter("answered");

export const options = {
  scenarios: {
    load: {
      executor: "constant-vus",
      vus: Number(__ENV.CALLERS),
      duration: `${__ENV.SECONDS}s`,
      gracefulStop: "30s",
    },
  },
  summaryTrendStats: ["med", "p(95)", "p(99)", "max", "count"],
};

http.setResponseCallback(http.expectedStatuses(wanted));

const headers = { "Content-Type": "application/json", "X-API-Key": __ENV.KEY };

export default function () {
  const answer = http.post(`${__ENV.URL}/runs/wait`, __ENV.BODY, { headers, timeout: "60s" });
  if (answer.status === wanted && answer.body.includes(__ENV.CONTAINS)) {
    answered.add(1);
  }
}

export function handleSummary(data) {
  const times = data.metrics.http_req_duration.values;
  const count = data.metrics.answered ? data.metrics.answered.values.count : 0;
  return {
    stdout: JSON.stringify({
      asked: times.count,
      answered: count,
      seconds: data.state.testRunDurationMs / 1000,
      p50: times.med,
      p95: times["p(95)"],
      p99: times["p(99)"],
    }),
  };
}
