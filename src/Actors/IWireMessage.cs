namespace MoE.Actors;

/// <summary>
/// A message that may leave its process: it holds data alone, and has a format of its own. All others of moe's messages
/// say that they never do (<see cref="Akka.Actor.INoSerializationVerificationNeeded"/>).
/// </summary>
internal interface IWireMessage;
