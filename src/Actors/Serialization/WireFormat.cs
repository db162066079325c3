using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

/// <summary>How one type of message lies on a wire, under a manifest that is never used for another layout.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Type">The type of message.</param>
internal abstract record WireFormat(string Manifest, Type Type)
{
    /// <summary>Writes a message of the type.</summary>
    public abstract void Write(StateWriter state, object message);

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public abstract IWireMessage Read(StateReader state);

    /// <summary>The format of a type of message.</summary>
    public static WireFormat Of<T>(string manifest, Action<StateWriter, T> write, Func<StateReader, T> read)
        where T : class, IWireMessage => new OfType<T>(manifest, write, read);

    private sealed record OfType<T>(string Manifest, Action<StateWriter, T> WriteIt, Func<StateReader, T> ReadIt)
        : WireFormat(Manifest, typeof(T)) where T : class, IWireMessage
    {
        public override void Write(StateWriter state, object message) => WriteIt(state, (T)message);

        public override IWireMessage Read(StateReader state) => ReadIt(state);
    }
}

/// <summary>Fields of messages that no other format has.</summary>
internal static class WireFields
{
    /// <summary>Bytes of a text at least: its length.</summary>
    public const int TextBytes = 8;

    public static void WriteFlag(this StateWriter state, bool flag) => state.Write(flag ? 1L : 0L);

    public static bool ReadFlag(this StateReader state) => state.ReadCount(1) == 1;

    /// <summary>Writes a value that may be missing: a flag, and the value if it is there.</summary>
    public static void WriteOptional<T>(this StateWriter state, T? value, Action<StateWriter, T> write) where T : class
    {
        state.WriteFlag(value is not null);
        if (value is not null)
            write(state, value);
    }

    public static T? ReadOptional<T>(this StateReader state, Func<StateReader, T> read) where T : class =>
        state.ReadFlag() ? read(state) : null;

    public static void WriteText(this StateWriter state, string? text) =>
        state.WriteOptional(text, (writer, some) => writer.Write(some));

    public static string? ReadText(this StateReader state) => state.ReadOptional(reader => reader.ReadString());

    public static void WriteList<T>(this StateWriter state, IReadOnlyCollection<T> items, Action<StateWriter, T> write)
    {
        state.Write((long)items.Count);
        foreach (var item in items)
            write(state, item);
    }

    /// <summary>Reads a list.</summary>
    /// <param name="state">From where.</param>
    /// <param name="leastBytes">Bytes of an item at least.</param>
    /// <param name="read">Reads an item.</param>
    public static T[] ReadList<T>(this StateReader state, int leastBytes, Func<StateReader, T> read)
    {
        var items = new T[state.ReadItemCount(leastBytes)];
        for (var i = 0; i < items.Length; i++)
            items[i] = read(state);
        return items;
    }
}
