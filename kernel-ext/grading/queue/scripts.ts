// What must happen at once in Redis: who may take part, and what counts how often. By Redis' clock alone.

const NOW: string = `local t = redis.call("TIME") local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/**
 * KEYS version workers graders wait active delayed; ARGV version, take, milliseconds after which a participant is gone
 * where nothing waits, and where something does.
 * A queue at which nobody is passes to another version.
 */
export const ENTER: string = `${NOW}
local held = redis.call("GET", KEYS[1])
if held == ARGV[1] then return held end
local waits = redis.call("LLEN", KEYS[4]) + redis.call("LLEN", KEYS[5]) + redis.call("ZCARD", KEYS[6])
local since = now - (waits == 0 and ARGV[3] or ARGV[4])
local there = redis.call("ZCOUNT", KEYS[2], since, "+inf") + redis.call("ZCOUNT", KEYS[3], since, "+inf")
if held and there > 0 then return held end
if ARGV[2] == "1" then redis.call("SET", KEYS[1], ARGV[1]) end
return ARGV[1]`;

/** KEYS version participants about; ARGV version, id, about. Says which version the queue is of. */
export const BEAT_ONCE: string = `${NOW}
redis.call("SET", KEYS[1], ARGV[1], "NX")
local held = redis.call("GET", KEYS[1])
if held ~= ARGV[1] then return held end
redis.call("ZADD", KEYS[2], now, ARGV[2])
redis.call("HSET", KEYS[3], ARGV[2], ARGV[3])
for _, id in ipairs(redis.call("ZRANGEBYSCORE", KEYS[2], "-inf", now - 60000)) do
  redis.call("ZREM", KEYS[2], id)
  redis.call("HDEL", KEYS[3], id)
end
return held`;

/**
 * KEYS result deaths workers; ARGV run, worker, milliseconds after which a worker is gone, deaths allowed, seconds kept.
 * A run whose worker is gone is a death. One that another worker is still at, because it lost its lock, is none.
 */
export const BEGIN: string = `${NOW}
if redis.call("EXISTS", KEYS[1]) == 1 then return {"done", 0} end
local deaths = 0
local runs = redis.call("HGETALL", KEYS[2])
for i = 1, #runs, 2 do
  local beat = runs[i + 1] ~= "dead" and redis.call("ZSCORE", KEYS[3], runs[i + 1])
  if not beat or now - beat > tonumber(ARGV[3]) then
    deaths = deaths + 1
    redis.call("HSET", KEYS[2], runs[i], "dead")
  end
end
if deaths >= tonumber(ARGV[4]) then return {"aside", deaths} end
redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
redis.call("EXPIRE", KEYS[2], ARGV[5])
return {"go", deaths}`;

/** KEYS deaths; ARGV run, seconds kept. Says how many there are. */
export const BURY: string = `
redis.call("HSET", KEYS[1], ARGV[1], "dead")
redis.call("EXPIRE", KEYS[1], ARGV[2])
local deaths = 0
for _, state in ipairs(redis.call("HVALS", KEYS[1])) do
  if state == "dead" then deaths = deaths + 1 end
end
return deaths`;

/**
 * KEYS result done aside submission deaths; ARGV id, result, seconds kept, who was set aside or nothing.
 * The first result counts; 1 for it, 0 for one that comes again.
 */
export const FINISH: string = `${NOW}
local first = redis.call("SET", KEYS[1], ARGV[2], "NX", "EX", ARGV[3])
if first then
  redis.call("ZADD", KEYS[2], now, ARGV[1])
  if ARGV[4] ~= "" then redis.call("ZADD", KEYS[3], now, ARGV[4]) end
end
redis.call("DEL", KEYS[4], KEYS[5])
local old = now - ARGV[3] * 1000
redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", old)
redis.call("ZREMRANGEBYSCORE", KEYS[3], "-inf", old)
return first and 1 or 0`;
