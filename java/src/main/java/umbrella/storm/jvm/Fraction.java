package umbrella.storm.jvm;

import java.math.BigDecimal;

/** A Python float. */
final class Fraction extends Plain {
    private final Double value;

    Fraction(Double value) {
        super("float");
        this.value = value;
    }

    @Override
    int distanceTo(Class<?> wanted) {
        float narrow = value.floatValue();
        if (wanted == Float.class && (Float.isInfinite(narrow) || narrow == 0 && value != 0)) {
            return NEVER;
        }
        return place(wanted, Double.class, Double.class, Float.class, BigDecimal.class);
    }

    @Override
    String fault(Class<?> wanted) {
        return wanted == Float.class ? notHeld(wanted) : "";
    }

    @Override
    Object valueAs(Class<?> wanted) {
        if (wanted == Float.class) {
            return value.floatValue();
        }
        return wanted == BigDecimal.class ? (Object) BigDecimal.valueOf(value) : value;
    }
}
