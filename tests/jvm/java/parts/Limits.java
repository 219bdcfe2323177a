package parts;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Of a type that only a subclass says. */
public abstract class Limits<T> {
    public T first;
    private final StringBuilder said = new StringBuilder();

    public void setLimit(T limit) {
        said.append(limit.getClass().getSimpleName()).append(' ');
    }

    public void setSteps(List<T> steps) {
        said.append("List of ").append(steps.get(0).getClass().getSimpleName()).append(' ');
    }

    public void setNamed(Map<String, List<? extends T>> named) {
        said.append("Map of ").append(named.get("a").get(0).getClass().getSimpleName()).append(' ');
    }

    public void setAll(@SuppressWarnings("unchecked") T... all) {
        said.append(all.getClass().getSimpleName()).append(Arrays.asList(all)).append(' ');
    }

    @Override
    public String toString() {
        return said + first.getClass().getSimpleName();
    }

    /** Where it stands two steps up. */
    public abstract static class Named<N, V> extends Limits<V> {
    }

    public static class Longs extends Named<String, Long> {
    }
}
