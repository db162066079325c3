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
