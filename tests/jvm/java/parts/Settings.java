package parts;

import java.io.Serializable;
import java.util.Set;
import java.util.regex.Pattern;

/** Made by a builder only, in the manner of KafkaSpoutConfig. */
public final class Settings implements Serializable {
    final String text;

    private Settings(String text) {
        this.text = text;
    }

    public static Builder builder(String server, String... topics) {
        return new Builder(server + " of " + String.join("+", topics));
    }

    public static Builder builder(String server, Set<String> topics) {
        return new Builder(server + " with " + String.join("+", topics));
    }

    public static Builder builder(String server, Pattern topics) {
        return new Builder(server + " like " + topics);
    }

    @Override
    public String toString() {
        return text;
    }

    /** Its methods return what a subclass says they do. */
    public abstract static class Common<T extends Common<T>> {
        protected String made;

        @SuppressWarnings("unchecked")
        private T self() {
            return (T) this;
        }

        public T setLimit(long limit) {
            made += " limit " + limit;
            return self();
        }

        public T setProp(String key, Object value) {
            made += " " + key + "=" + value;
            return self();
        }
    }

    public static class Builder extends Common<Builder> {
        public Builder(String made) {
            this.made = made;
        }

        public Builder setMode(Mode mode) {
            made += " mode " + mode;
            return this;
        }

        public Settings build() {
            return new Settings(made);
        }
    }
}
