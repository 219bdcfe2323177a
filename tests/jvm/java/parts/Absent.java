package parts;

/** Left out of the jar. */
public class Absent {
}
