-- Makes a task the owner of its place, and puts back what its predecessors held.
-- KEYS: list, held, state, dead letters, group. ARGV: owner, end, index, tasks.
local index, tasks = tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('LLEN', KEYS[1])
redis.call('SADD', KEYS[5], index)
for _, member in ipairs(redis.call('SMEMBERS', KEYS[5])) do
    local other = tonumber(member)
    -- Tasks that there are no more, as the topology has fewer now, are shared among those that there are.
    if other == index or (other >= tasks and other % tasks == index) then
        local held = KEYS[5] .. ':' .. member
        -- The newest is at the head, so the oldest comes to lie where the next entry is taken from.
        local value = redis.call('LPOP', held)
        while value do
            redis.call(ARGV[2] == 'left' and 'LPUSH' or 'RPUSH', KEYS[1], value)
            value = redis.call('LPOP', held)
        end
        redis.call('HMSET', held .. ':state', 'owner', ARGV[1], 'step', 0, 'taken', 0)
    end
end
return 1
