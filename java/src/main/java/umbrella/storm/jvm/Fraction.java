package umbrella.storm.jvm;

import java.math.BigDecimal;

/** A float of Python. */
final class Fraction extends Plain {
    private final Double value;

    Fraction(Double value) {
        super("float");
        this.value = value;
    }

    @Override
    int distanceTo(Class<?> wanted) {
        return place(wanted, Double.class, Double.class, Float.class, BigDecimal.class);
    }

    @Override
    Object valueAs(Class<?> wanted) {
        if (wanted == Float.class) {
            return value.floatValue();
        }
        return wanted == BigDecimal.class ? (Object) BigDecimal.valueOf(value) : value;
    }
}
