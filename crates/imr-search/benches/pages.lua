-- Facet pages of different queries, for `wrk`; README, "Working on it", has the command.
local queries = {
  "", "xanax", "outcome:overturned", "upheld benzodiazepine decisions citing page 24", "class:opioids",
  "lumbar MRI", "functional improvement", "acupuncture since 2015", "physical therapy for the low back",
  "outcome:upheld procedure:MRI", "specialty:orthopedic", "gap:\"functional improvement\"", "page:24", "body:shoulder",
  "opioids for women over 50", "topical cream", "surgery", "epidural steroid injection", "urine drug test",
  "\"not medically necessary\"", "agree:differs", "date:2016", "norco weaning", "sleep", "chiropractic -outcome:upheld",
  "MRI where the insurer cited ODG but the reviewer relied on MTUS", "denied muscle relaxants", "nerve test of the arms",
  "opioid continued without documented functional improvement or a urine drug screen", "rationale:(wean* /s opioid)",
}
local sorts = { "score", "-date" }
local at = 0

function setup(thread)
  thread:set("seed", at)
  at = at + 7
end

function init()
  counter = seed
end

local function encoded(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end))
end

function request()
  counter = counter + 1
  local query = queries[counter % #queries + 1]
  local sort = sorts[math.floor(counter / #queries) % #sorts + 1]
  -- Every other time another page of the hits.
  local offset = math.floor(counter / #queries / #sorts) % 5 * 10
  return wrk.format("GET", "/search?q=" .. encoded(query) .. "&sort=" .. sort .. "&offset=" .. offset)
end


function done(summary, latency)
  io.write(string.format("median %.1f ms, p95 %.1f ms, p99 %.1f ms, %d pages, %d not answered by 200\n",
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    summary.requests, summary.errors.status))
end
