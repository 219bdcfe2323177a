package umbrella.storm;

/** Takes what a Python component has measured. */
interface Metrics {
    /** @param values {"counters": {...}, ...}, as docs/architecture.md has it */
    void update(Object values);
}
