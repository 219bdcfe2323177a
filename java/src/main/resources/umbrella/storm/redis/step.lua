-- Settles entries and takes new ones: all of it, or nothing if it was done before or the place is another's.
-- KEYS: list, held, state, dead letters, group. ARGV: owner, end, number of the step, how many to take, how many are
-- done, dead, to be given back; then those, one after the other.
local owner = redis.call('HGET', KEYS[3], 'owner')
if not owner then
    return {'unknown'}
elseif owner ~= ARGV[1] then
    return {'replaced'}
end
local last, number = tonumber(redis.call('HGET', KEYS[3], 'step')), tonumber(ARGV[3])
if number == last then -- its answer was lost
    local taken = tonumber(redis.call('HGET', KEYS[3], 'taken'))
    local again = taken > 0 and redis.call('LRANGE', KEYS[2], 0, taken - 1) or {}
    local answer = {'ok'}
    for place = #again, 1, -1 do
        answer[#answer + 1] = again[place]
    end
    return answer
elseif number ~= last + 1 then
    return {'unknown'}
end

-- Here a wrong type of key fails, before anything is changed: what a script has done is not undone.
redis.call('LLEN', KEYS[1])
redis.call('LLEN', KEYS[4])

local left = ARGV[2] == 'left'
local place = 7
for _ = 1, tonumber(ARGV[5]) do
    place = place + 1
    redis.call('LREM', KEYS[2], -1, ARGV[place])
end
for _ = 1, tonumber(ARGV[6]) do
    place = place + 1
    if redis.call('LREM', KEYS[2], -1, ARGV[place]) > 0 then
        redis.call('LPUSH', KEYS[4], ARGV[place])
    end
end
for back = place + tonumber(ARGV[7]), place + 1, -1 do -- the newest first
    if redis.call('LREM', KEYS[2], 1, ARGV[back]) > 0 then
        redis.call(left and 'LPUSH' or 'RPUSH', KEYS[1], ARGV[back])
    end
end

local answer = {'ok'}
for _ = 1, tonumber(ARGV[4]) do
    local value = redis.call(left and 'LPOP' or 'RPOP', KEYS[1])
    if not value then
        break
    end
    redis.call('LPUSH', KEYS[2], value)
    answer[#answer + 1] = value
end
redis.call('HMSET', KEYS[3], 'step', number, 'taken', #answer - 1)
return answer
