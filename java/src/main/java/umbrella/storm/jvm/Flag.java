package umbrella.storm.jvm;

/** A Python bool. */
final class Flag extends Plain {
    private final Boolean value;

    Flag(Boolean value) {
        super("bool");
        this.value = value;
    }

    @Override
    int distanceTo(Class<?> wanted) {
        return place(wanted, Boolean.class, Boolean.class);
    }

    @Override
    String fault(Class<?> wanted) {
        return "";
    }

    @Override
    Object valueAs(Class<?> wanted) {
        return value;
    }
}
