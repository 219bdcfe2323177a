package umbrella.storm;

/**
 * One call of a DRPC function: the server that waits for its answer, and its id there.
 *
 * <p>As text, it is the "request" in the first field of a DRPC topology's tuples. The ids of a restarted server begin
 * at 1 again, so the text contains the random part of its source: what was collected for one request is never mistaken
 * for another's.
 */
final class DrpcRequest {
    final String id;
    /** The last round of its source that every answering task knew when it was fetched. */
    final int round;
    /** The text of the {@link DrpcSource} that fetched it. */
    final String source;
    private final String text;

    private DrpcRequest(String id, int round, String source) {
        this.id = id;
        this.round = round;
        this.source = source;
        text = id + "|" + round + "|" + source;
    }

    /** The request of a call that has just been fetched. */
    static DrpcRequest fetched(DrpcSource source, int round, String id) {
        return new DrpcRequest(id, round, source.toString());
    }

    /**
     * Parses a text that {@link #toString} has made.
     *
     * @throws IllegalArgumentException the text is malformed
     */
    static DrpcRequest parse(String text) {
        String[] parts = text.split("\\|", 3);
        if (parts.length == 3) {
            try {
                return new DrpcRequest(parts[0], Integer.parseInt(parts[1]), parts[2]);
            } catch (NumberFormatException e) {
                // reported below
            }
        }
        throw new IllegalArgumentException(
            "this is not the request of a DRPC call; given: \"" + text
                + "\". Pass on the field \"request\" of the tuple as it is.");
    }

    @Override
    public String toString() {
        return text;
    }
}
