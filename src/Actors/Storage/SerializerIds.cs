namespace MoE.Actors.Storage;

/// <summary>The serializers' numbers, as they lie in users' data directories. Never changed, never reused.</summary>
internal static class SerializerIds
{
    public const int GateLog = 7301;
    public const int StateImage = 7302;
    public const int Message = 7303;
    public const int Refusing = 7399;

    /// <summary>Marks, on a row that was just read, a manifest that is not ours. Never stored.</summary>
    public const string RefusedManifest = "";
}
