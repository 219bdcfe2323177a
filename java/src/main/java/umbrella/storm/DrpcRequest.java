package umbrella.storm;

/**
 * One call of a DRPC function: which server waits for its answer, and under which id.
 *
 * <p>As text it is the "request" that tuples of a DRPC topology carry as their first field. Ids of a server that was
 * started anew begin at 1 again, so the text has a random part: what was gathered for one request is never taken for
 * another's.
 */
final class DrpcRequest {
    final String host;
    final int port;
    final String id;
    /** When it was fetched, in milliseconds since 1970. */
    final long fetchedAt;
    private final String nonce;
    private final String text;

    private DrpcRequest(String host, int port, String id, String nonce, long fetchedAt, String text) {
        this.host = host;
        this.port = port;
        this.id = id;
        this.nonce = nonce;
        this.fetchedAt = fetchedAt;
        this.text = text;
    }

    /**
     * A request that has just been fetched from a server.
     *
     * @param nonce a random text, another one for each connection
     */
    static DrpcRequest fetched(String host, int port, String id, String nonce) {
        long now = System.currentTimeMillis();
        String text = id + "|" + nonce + "|" + now + "|" + port + "|" + host;
        return new DrpcRequest(host, port, id, nonce, now, text);
    }

    /**
     * The request of a text made by {@link #toString}.
     *
     * @throws IllegalArgumentException it is another text
     */
    static DrpcRequest parse(String text) {
        String[] parts = text.split("\\|", 5);
        if (parts.length == 5) {
            try {
                return new DrpcRequest(
                    parts[4], Integer.parseInt(parts[3]), parts[0], parts[1], Long.parseLong(parts[2]), text);
            } catch (NumberFormatException e) {
                // said below
            }
        }
        throw new IllegalArgumentException(
            "this is not the request of a DRPC call; given: \"" + text
                + "\". Pass on the field \"request\" of the tuple as it is.");
    }

    /** Which connection of a spout to which server it was fetched by. */
    String source() {
        return nonce + "|" + port + "|" + host;
    }

    @Override
    public String toString() {
        return text;
    }
}
