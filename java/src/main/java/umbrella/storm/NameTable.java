package umbrella.storm;

/** A table of recurring names: finds them by their characters, without creating a String. */
final class NameTable {
    private final String[] names;

    NameTable(Iterable<String> names) {
        int count = 0;
        for (String ignored : names) {
            count++;
        }
        this.names = new String[Integer.highestOneBit(4 * count + 3)];
        for (String name : names) {
            int place = hash(name.toCharArray(), 0, name.length());
            while (this.names[place & this.names.length - 1] != null) {
                place++;
            }
            this.names[place & this.names.length - 1] = name;
        }
    }

    /** Returns the name of these characters, or null. */
    String find(char[] characters, int from, int length) {
        for (int place = hash(characters, from, length);; place++) {
            String name = names[place & names.length - 1];
            if (name == null || is(name, characters, from, length)) {
                return name;
            }
        }
    }

    private static boolean is(String name, char[] characters, int from, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int place = 0; place < length; place++) {
            if (name.charAt(place) != characters[from + place]) {
                return false;
            }
        }
        return true;
    }

    private static int hash(char[] characters, int from, int length) {
        int hash = length;
        for (int place = 0; place < length; place++) {
            hash = 31 * hash + characters[from + place];
        }
        return hash;
    }
}
