import { createHash } from 'node:crypto';

/** A Lua script, and the name by which a server that has seen it knows it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Names kept on the server; beyond it the oldest go, and the floor rises to the last one gone. */
export const MOST_NAMES = 10_000;

/**
 * KEYS: the position as `place:line`, the names by place (a sorted set in which the empty name stands
 * at the floor), the causes by name. ARGV: place and line that the caller knows, a new line.
 *
 * Places follow the server's clock, in milliseconds. What is missing or unreadable, or behind what
 * the caller has seen of this very line (a fail-over may lose the last writes), is started anew: under
 * a new line, with a floor above all that is known.
 */
const OPEN = `
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local known = tonumber(ARGV[1])
local text = redis.pcall('GET', KEYS[1])
local place, line
if type(text) == 'string' then place, line = string.match(text, '^(%d+):([%w_-]+)$') end
place = tonumber(place)
if place and place > 9e15 then place = nil end
local floor = redis.pcall('ZSCORE', KEYS[2], '')
floor = type(floor) == 'string' and tonumber(floor)
local function write(value) return string.format('%.0f', value) end
if not place or not floor or (line == ARGV[2] and place < known) then
  place = math.max(clock, (place or 0) + 1, known + 1)
  floor = place
  line = ARGV[3]
  redis.call('DEL', KEYS[2], KEYS[3])
  redis.call('ZADD', KEYS[2], write(place), '')
  redis.call('SET', KEYS[1], write(place) .. ':' .. line)
end
`;

/**
 * ARGV from 4: most names, channel, the instance's name, then name and cause in turns. Returns
 * `[line, floor, from, place…]` and publishes the same with names and causes as JSON.
 */
export const BUMP = script(`${OPEN}
local from = place
local told = {}
local reply = {line, '', write(from)}
for i = 7, #ARGV, 2 do
  place = math.max(place + 1, clock)
  redis.call('ZADD', KEYS[2], write(place), ARGV[i])
  redis.pcall('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
  told[#told + 1] = {ARGV[i], write(place), ARGV[i + 1]}
  reply[#reply + 1] = write(place)
end
redis.call('SET', KEYS[1], write(place) .. ':' .. line)
local excess = redis.call('ZCARD', KEYS[2]) - 1 - tonumber(ARGV[4])
while excess > 0 do
  local some = redis.call('ZRANGE', KEYS[2], 1, math.min(excess, 1000))
  floor = tonumber(redis.call('ZSCORE', KEYS[2], some[#some]))
  redis.pcall('HDEL', KEYS[3], unpack(some))
  redis.call('ZREM', KEYS[2], unpack(some))
  redis.call('ZADD', KEYS[2], write(floor), '')
  excess = excess - #some
end
reply[2] = write(floor)
redis.pcall('PUBLISH', ARGV[5], cjson.encode({by = ARGV[6], line = line, from = write(from), floor = write(floor), bumps = told}))
return reply
`);

/**
 * ARGV[4]: names at the most. Returns `[line, floor, from, place, name, its place, its cause, …]`;
 * `place` is the last one's where more are to be asked for.
 */
export const SINCE = script(`${OPEN}
local from = floor
if line == ARGV[2] and known > floor then from = known end
local most = tonumber(ARGV[4])
local found = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. write(from), '+inf', 'WITHSCORES', 'LIMIT', 0, most)
if #found == 2 * most then place = tonumber(found[#found]) end
local reply = {line, write(floor), write(from), write(place)}
for i = 1, #found, 2 do
  local cause = redis.pcall('HGET', KEYS[3], found[i])
  reply[#reply + 1] = found[i]
  reply[#reply + 1] = write(tonumber(found[i + 1]))
  reply[#reply + 1] = type(cause) == 'string' and cause or ''
end
return reply
`);

/** KEYS: the record. ARGV: SHA-1 of what it has to be, empty for none; the value; its lifetime, ms. */
export const SWAP = script(`
local now = redis.pcall('GET', KEYS[1])
if (type(now) == 'string' and redis.sha1hex(now) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`);
