-- So many callers ask for runs, each for its next one when it has its answer, for so long.
wrk.method = "POST"
wrk.path = "/runs/wait"
wrk.body = os.getenv("BODY")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-API-Key"] = os.getenv("KEY")

local wanted = tonumber(os.getenv("WANTED"))
local contains = os.getenv("CONTAINS")
local loading

answered = 0 -- global: the thread is asked for it

function setup(thread)
  loading = thread
end

function response(status, _, body)
  if status == wanted and body:find(contains, 1, true) then
    answered = answered + 1
  end
end

function done(summary, latency)
  local errors = summary.errors
  local report = '{"asked": %d, "answered": %d, "seconds": %f, "p50": %f, "p95": %f, "p99": %f}\n'
  local unanswered = errors.connect + errors.read + errors.write + errors.timeout
  io.stderr:write(report:format(
    summary.requests + unanswered,
    loading:get("answered"),
    summary.duration / 1e6,
    latency:percentile(50) / 1e3,
    latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3
  ))
end
