namespace MoE.Actors;

/// <summary>A model that cannot be opened or cannot go on; the message is one line for the user.</summary>
public sealed class ModelException(string message, Exception? cause = null) : Exception(message, cause);
