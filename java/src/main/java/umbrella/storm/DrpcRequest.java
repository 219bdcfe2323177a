package umbrella.storm;

/**
 * One call of a DRPC function: which server waits for its answer, and under which id.
 *
 * <p>As text it is the "request" that tuples of a DRPC topology carry as their first field. Ids of a server that was
 * started anew begin at 1 again, so the text has its source's random part: what was gathered for one request is never
 * taken for another's.
 */
final class DrpcRequest {
    final String id;
    /** The last round of its source that was known to all who answer when it was fetched. */
    final int round;
    /** The text of the {@link DrpcSource} that it was fetched by. */
    final String source;
    private final String text;

    private DrpcRequest(String id, int round, String source) {
        this.id = id;
        this.round = round;
        this.source = source;
        text = id + "|" + round + "|" + source;
    }

    /** A request that has just been fetched. */
    static DrpcRequest fetched(DrpcSource source, int round, String id) {
        return new DrpcRequest(id, round, source.toString());
    }

    /**
     * The request of a text made by {@link #toString}.
     *
     * @throws IllegalArgumentException it is another text
     */
    static DrpcRequest parse(String text) {
        String[] parts = text.split("\\|", 3);
        if (parts.length == 3) {
            try {
                return new DrpcRequest(parts[0], Integer.parseInt(parts[1]), parts[2]);
            } catch (NumberFormatException e) {
                // said below
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
