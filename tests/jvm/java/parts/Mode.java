package parts;

public enum Mode {
    FAST, SLOW;

    public static final int LIMIT = 7;
}
