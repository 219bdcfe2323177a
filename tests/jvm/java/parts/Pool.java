package parts;

import java.io.Serializable;

/** A bean. */
public class Pool implements Serializable {
    public String label = "";
    private String host = "";
    private int port;

    public void setHost(String host) {
        this.host = host;
    }

    public void setPort(int port) {
        this.port = port;
    }

    @Override
    public String toString() {
        return host + ":" + port + label;
    }
}
