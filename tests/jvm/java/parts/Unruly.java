package parts;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** Does in its constructor what no component should. */
public class Unruly extends Upper {
    private static final long serialVersionUID = 1L;

    public Unruly(String how) throws IOException {
        if (how.equals("exit")) {
            System.exit(0);
        } else if (how.equals("write")) {
            new FileOutputStream(FileDescriptor.out).write("caf\u00e9\numbrella".getBytes("UTF-8"));
        } else if (how.equals("open")) {
            throw new IOException("no file x.conf");
        } else if (how.equals("initialize")) {
            Broken.touch();
        }
    }

    public static Unruly none() {
        return null;
    }

    private static class Broken {
        static {
            if (true) {
                throw new IllegalStateException("no licence");
            }
        }

        static void touch() {
        }
    }
}
