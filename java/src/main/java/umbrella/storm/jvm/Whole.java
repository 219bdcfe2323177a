package umbrella.storm.jvm;

import java.math.BigDecimal;
import java.math.BigInteger;

/** A Python int: the Java number type that is wanted, if it fits; for any object, what Java would read it as. */
final class Whole extends Plain {
    private final BigInteger value;

    Whole(BigInteger value) {
        super("int");
        this.value = value;
    }

    @Override
    int distanceTo(Class<?> wanted) {
        if (!holds(wanted)) {
            return NEVER;
        }
        return place(wanted, valueAs(Object.class).getClass(), Integer.class, Long.class, Short.class, Byte.class,
            BigInteger.class, Double.class, Float.class, BigDecimal.class);
    }

    @Override
    String fault(Class<?> wanted) {
        return holds(wanted) ? "" : notHeld(wanted);
    }

    @Override
    Object valueAs(Class<?> wanted) {
        if (wanted == Short.class) {
            return value.shortValue();
        } else if (wanted == Byte.class) {
            return value.byteValue();
        } else if (wanted == Double.class) {
            return value.doubleValue();
        } else if (wanted == Float.class) {
            return value.floatValue();
        } else if (wanted == BigDecimal.class) {
            return new BigDecimal(value);
        } else if (wanted == BigInteger.class || !fits(64)) {
            return value;
        } else if (wanted == Long.class || !fits(32)) {
            return value.longValue();
        }
        return value.intValue();
    }

    private boolean holds(Class<?> wanted) {
        return !(wanted == Integer.class && !fits(32) || wanted == Long.class && !fits(64)
            || wanted == Short.class && !fits(16) || wanted == Byte.class && !fits(8)
            || wanted == Double.class && !comesBack(value.doubleValue())
            || wanted == Float.class && !comesBack(value.floatValue()));
    }

    private boolean comesBack(double held) {
        return !Double.isInfinite(held) && new BigDecimal(held).toBigInteger().equals(value);
    }

    private boolean fits(int bits) {
        return value.bitLength() < bits;
    }
}
