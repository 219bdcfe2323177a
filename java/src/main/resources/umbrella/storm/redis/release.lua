-- Gives back all that a task holds, at its end.
-- KEYS: list, held, state, dead letters, group. ARGV: owner, end, index.
if redis.call('HGET', KEYS[3], 'owner') ~= ARGV[1] then
    return 0
end
local value = redis.call('LPOP', KEYS[2])
while value do
    redis.call(ARGV[2] == 'left' and 'LPUSH' or 'RPUSH', KEYS[1], value)
    value = redis.call('LPOP', KEYS[2])
end
redis.call('DEL', KEYS[3])
redis.call('SREM', KEYS[5], ARGV[3])
return 1
