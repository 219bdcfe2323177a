package bare;

import java.util.function.Function;
import org.apache.storm.Thrift;
import org.apache.storm.generated.ComponentObject;
import org.apache.storm.generated.JavaObject;
import org.apache.storm.generated.ShellComponent;
import org.apache.storm.utils.Utils;

/** The code of a component, made as Storm's Task makes it. */
final class Code {
    private Code() {
    }

    static Object made(ComponentObject code, Function<ShellComponent, Object> ofShell) {
        Object set = Utils.getSetComponentObject(code);
        Object made = set instanceof ShellComponent
            ? ofShell.apply((ShellComponent) set)
            : Thrift.instantiateJavaObject((JavaObject) set);
        if (made == null) {
            throw new IllegalArgumentException("Storm cannot make " + set); // it logs why
        }
        return made;
    }
}
