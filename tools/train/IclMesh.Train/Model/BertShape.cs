namespace IclMesh.Train.Model;

/// <summary>Sizes of a BERT-style encoder.</summary>
internal sealed record BertShape(int Vocabulary, int Hidden, int Layers, int Heads, int FeedForward, int Positions, float Epsilon = 1e-12f)
{
    public int HeadSize => Hidden / Heads;
}
